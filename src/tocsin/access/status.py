"""What a refusal is called on HTTP: the one table, for the API and for pages alike."""

import re
from typing import Final

EXACT: Final = {
    "not_signed_in": 401,
    "not_allowed": 403,
    "not_in_audience": 403,
    "forged_request": 403,
    "wrong_credentials": 403,
    "wrong_password": 403,
    "wrong_code": 403,
    "idempotency_key_reused": 422,
    "in_the_future": 400,
    "ended_in_the_future": 400,
    "ends_before_it_began": 400,
    "nobody_named": 400,
    "method_not_allowed": 405,
    "attachment_gone": 410,
    "body_too_large": 413,
    "too_much_evidence": 413,
    "too_many_files": 413,
    "infected": 422,
    "upload_too_slow": 408,
    "media_type_not_supported": 415,
    "content_encoding_not_supported": 415,
    "rate_limited": 429,
    "too_many_tries": 429,
    "database_away": 503,
    "disk_full": 507,
}
"""Codes by name. What is not here goes by its form; else the state of the world is in the way: 409."""

FORMS: Final = (
    (re.compile(r"^unknown_"), 404),
    (re.compile(r"_missing$|_too_long$|^no_such_|^bad_"), 400),
)


def status_of(code: str, *, conditional: bool = False) -> int:
    """The status for a refusal code; `conditional` where the request came with If-Match."""
    if code == "changed_meanwhile":
        return 412 if conditional else 409
    if code in EXACT:
        return EXACT[code]
    return next((status for form, status in FORMS if form.search(code)), 409)
