"""How Alertmanager says no: a JSON string, or an object with `code` and `message`."""

from http import HTTPStatus
from typing import Any, Final

import msgspec
from litestar import Request, Response

from tocsin.access.status import status_of
from tocsin.foundation.refusal import Refused

REQUIRED: Final = 602
WRONG_TYPE: Final = 601
"""Codes of go-openapi, in which Alertmanager tells what is wrong with the form of a request."""

WITH_CODE: Final = {"bad_parameter": (422, WRONG_TYPE), "field_missing": (422, REQUIRED)} | {
    "author_missing": (422, REQUIRED),
    "comment_missing": (422, REQUIRED),
}


def shown(value: object, status: int = HTTPStatus.OK) -> Response[bytes]:
    """An answer in JSON."""
    body = msgspec.json.encode(value)
    kept = {"cache-control": "no-store"}
    return Response(body, status_code=status, media_type="application/json", headers=kept)


def answered(_: Request[Any, Any, Any], refused: Refused) -> Response[bytes]:
    """A refusal as upstream would word it."""
    reason = str(refused.reason)
    answer: Response[bytes]
    if refused.code in WITH_CODE:
        status, code = WITH_CODE[refused.code]
        answer = shown({"code": code, "message": reason}, status)
    elif refused.code.startswith(("bad_json", "body_")):
        status = status_of(refused.code)
        answer = shown({"code": status, "message": reason}, status)
    else:
        answer = shown(reason, status_of(refused.code))
    if refused.retry_after_seconds is not None:
        answer.headers["retry-after"] = str(refused.retry_after_seconds)
    if refused.code == "not_signed_in":
        answer.headers["www-authenticate"] = "Basic"
    return answer
