"""A form that is sent twice with the same words is one request: the page gave it a key of its own.

A nervous click, a resend after a lost answer, a reload of what was sent: none of them writes twice.
"""

import hashlib
from typing import Any, Final

from litestar import Request

from tocsin.access.once import Once
from tocsin.web.security import FIELD, SAFE_METHODS

KEY: Final = "once"
LONGEST: Final = 64
NOT_SAID: Final = frozenset({KEY, FIELD, "base"})
"""What a form carries and nobody wrote: another session or a later base make it no other request."""


async def sent_once(request: Request[Any, Any, Any]) -> Once | None:
    """The form as a request to be carried out once; None where it has no key.

    What was written is part of the key: whoever changed their words asks for something else.
    """
    is_form = request.headers.get("content-type", "").startswith(
        ("application/x-www", "multipart/")
    )
    if request.method in SAFE_METHODS or not is_form:
        return None
    form = await request.form()
    key = str(form.get(KEY, ""))
    if not (0 < len(key) <= LONGEST and key.isascii() and key.isprintable()):
        return None
    digest = hashlib.sha256(request.url.path.encode())
    for name, value in sorted(form.multi_items()):
        if name not in NOT_SAID:
            for part in (name.encode(), str(value).encode()):
                digest.update(len(part).to_bytes(8) + part)
    whole = digest.hexdigest()
    return Once(key=f"form {key} {whole[:32]}", digest=whole)
