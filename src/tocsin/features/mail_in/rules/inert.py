"""HTML made into text that does nothing. Pure: nothing is fetched, followed or run."""

import re
from html import unescape
from typing import Final

import nh3

LONGEST: Final = 1_000_000

_BLOCK: Final = re.compile(
    r"<(?=/?(?:br|p|div|tr|li|ul|ol|table|h[1-6]|blockquote|pre|hr)\b)", re.IGNORECASE
)
_UNSEEN: Final = {"script", "style", "head", "title", "template", "noscript", "iframe", "svg"}
_MANY_LINES: Final = re.compile(r"\n[ \t\xa0]*(?:\n[ \t\xa0]*)+")
_BLANKS: Final = re.compile(r"[ \t\xa0\r]+")


def text_of(page: str) -> str:
    """The words of a page, a line for each block. A huge page is cut before it is looked at."""
    broken = _BLOCK.sub("\ue000<", page[:LONGEST].replace("\ue000", "").replace("\n", " "))
    plain = nh3.clean(broken, tags=set(), clean_content_tags=_UNSEEN, attributes={})
    spoken = _BLANKS.sub(" ", unescape(plain)).replace("\ue000", "\n")
    return _MANY_LINES.sub("\n\n", spoken).strip()
