"""How the API says no: one shape, RFC 9457 problem+json, for every refusal and every fault there is.

The table from codes to statuses is `access.status`. A fault of ours is logged by type and place, never
with a message or a body: both may hold words of people.
"""

import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, cast

import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from tocsin.access.status import status_of
from tocsin.foundation.refusal import Refused

AnyRequest = Request[Any, Any, Any]
Problem = Response[dict[str, Any]]

MEDIA_TYPE: Final = "application/problem+json"

OF_FRAMEWORK: Final = {401: "not_signed_in", 403: "not_allowed", 404: "unknown_path"} | {
    405: "method_not_allowed",
    413: "body_too_large",
    415: "media_type_not_supported",
    429: "rate_limited",
}
SENTENCES: Final = {
    "unknown_path": "There is nothing at this address.",
    "method_not_allowed": "This address does not take that method; Allow names those it takes.",
}

LOG: Final = structlog.get_logger("tocsin.fault")


def problem(
    code: str,
    status: int,
    detail: str,
    *,
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Problem:
    """A problem document."""
    content: dict[str, Any] = {
        "type": f"urn:tocsin:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors is not None:
        content["errors"] = errors
    kept = {"cache-control": "no-store", **(headers or {})}
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=kept)


def refused(request: AnyRequest, refusal: Refused) -> Problem:
    """What the domain, the access policy or the database refused."""
    status = status_of(refusal.code, conditional="if-match" in request.headers)
    headers: dict[str, str] = {}
    if refusal.retry_after_seconds is not None:
        headers["retry-after"] = str(refusal.retry_after_seconds)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    return problem(refusal.code, status, str(refusal.reason), headers=headers)


def not_valid(_: AnyRequest, exception: ValidationException) -> Problem:
    """Fields that are missing, unknown or of a wrong form: all of them at once."""
    found = cast("list[dict[str, Any]]", exception.extra or [])
    errors = [_error(error) for error in found]
    detail = "; ".join(f"{error['field']}: {error['message']}" for error in errors[:5])
    sentence = detail or "The request cannot be read as this address expects it."
    return problem("bad_request", HTTPStatus.BAD_REQUEST, sentence, errors=errors)


def _error(found: dict[str, Any]) -> dict[str, str]:
    """One field's error. The framework calls the body `data`, and a missing one by that name."""
    source = found.get("source", "body")
    field, message = str(found.get("key", "")), str(found.get("message", ""))
    if (field, message) == ("data", "'data'"):
        field, message = "", "a body is needed"
    return {
        "field": field or "body",
        "message": message.removeprefix("Value error, "),
        "source": str(getattr(source, "value", source)),
    }


def by_framework(request: AnyRequest, exception: HTTPException) -> Problem:
    """What the framework refuses: no such path, no such method, a body it cannot read."""
    status = exception.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return fault(request, exception)
    code = OF_FRAMEWORK.get(status, "bad_request")
    sentence = SENTENCES.get(code, "The request cannot be read.")
    allow = (exception.headers or {}).get("allow")
    headers = {"allow": ", ".join(sorted(allow.split(", ")))} if allow else None
    return problem(code, status, sentence, headers=headers)


def fault(request: AnyRequest, exception: Exception) -> Problem:
    """What should not have happened."""
    frames = traceback.extract_tb(exception.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
    scope: Any = request.scope
    path = scope.get("path_template") or "?"
    LOG.error("fault", method=request.method, path=path, type=type(exception).__name__, at=where)
    sentence = "Something went wrong on our side. Nothing you sent was kept in the log."
    return problem("fault", HTTPStatus.INTERNAL_SERVER_ERROR, sentence)


HANDLERS: Final[dict[int | type[Exception], Any]] = {
    Refused: refused,
    ValidationException: not_valid,
    HTTPException: by_framework,
    Exception: fault,
}
"""For `exception_handlers`, on the API's router and, for paths under it that do not exist, on the app."""
