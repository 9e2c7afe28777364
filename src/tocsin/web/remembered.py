"""What a browser remembers of how its reader wants pages, for a year: a choice among some, or none."""

from collections.abc import Container
from typing import Final

from litestar.datastructures import Cookie

A_YEAR_SECONDS: Final = 31536000


def remembered(key: str, choice: str, among: Container[str]) -> Cookie:
    """The cookie that keeps a choice; for one that there is not, the cookie that forgets it."""
    known = choice in among
    return Cookie(
        key=key,
        value=choice if known else "",
        max_age=A_YEAR_SECONDS if known else 0,
        path="/",
        httponly=True,
        samesite="lax",
    )
