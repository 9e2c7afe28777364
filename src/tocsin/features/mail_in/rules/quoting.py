"""Leaves out what a reply quotes, where there is no doubt that it is a quotation. Pure.

Cut is only an end that is nothing but quoted lines, with the line before it that says who wrote them.
Whatever is cut stays in the whole mail, which is kept.
"""

import re
from typing import Final

_SAYS_WHO: Final = re.compile(
    r".{0,500}(wrote|schrieb|a écrit|escribió|ha scritto)\b.{0,200}:\s*", re.DOTALL
)
INTRODUCED_BY: Final = 3
"""Lines that a program needs at most to say who wrote what follows."""


def without_quotation(text: str) -> str:
    """The text without a quotation at its end; the whole text where it is nothing else."""
    lines = text.split("\n")
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    if not any(line.lstrip().startswith(">") for line in lines[end:]):
        return text
    own = "\n".join(lines[: _before_introduction(lines, end)]).rstrip()
    return own or text


def _before_introduction(lines: list[str], end: int) -> int:
    """Where the lines begin that say who wrote what is quoted; `end` where none say so."""
    for count in range(1, INTRODUCED_BY + 1):
        some = lines[max(0, end - count) : end]
        if some and some[0].strip() and _SAYS_WHO.fullmatch("\n".join(some)):
            return max(0, end - count)
    return end
