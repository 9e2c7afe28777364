"""Words that stand on one line, in a list, a subject or a title: no line break, nothing that hides."""

import unicodedata
from typing import Final

TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what follows, beyond the words that they stand in (UAX 9)."""
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


def one_line(words: str) -> str:
    """The words with each run of blanks and breaks as one space, without controls and turns."""
    line = " ".join(words.split())
    if line.isprintable():
        return line
    return " ".join("".join(sign for sign in line if _is_kept(sign)).split())


def is_seen(words: str) -> bool:
    """Whether anything of the words is to be seen."""
    return any(unicodedata.category(sign) not in UNSEEN for sign in words)


def _is_kept(sign: str) -> bool:
    return unicodedata.category(sign) != "Cc" and sign not in TURNING
