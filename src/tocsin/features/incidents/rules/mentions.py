"""Who is mentioned in a text: `@` and a name. Pure.

The longest name that fits is meant. A name that several have means nobody, unless it is all of a name
of one of them; so does an address such as `ada@example.com`, for its `@` stands within a word.
"""

import re
from collections.abc import Iterable
from typing import Final

from tocsin.features.people.terms import Handle

AT: Final = re.compile(r"(?<![\w.+@-])@(?=[^\W_])")
WORD: Final = re.compile(r"[^\W_][\w'’-]*")
MOST: Final = 20
"""So many mentions of one text are looked at."""


def words_after(text: str) -> set[str]:
    """The first word after each `@`: what a name that is meant begins with."""
    found = (WORD.match(text, at.end()) for at in _places(text))
    return {one.group().casefold() for one in found if one}


def mentioned(text: str, handles: Iterable[Handle]) -> tuple[str, ...]:
    """The ids of those whose names stand after an `@`, in the order of the text, each once."""
    whole: dict[str, set[str]] = {}
    short: dict[str, set[str]] = {}
    for handle in handles:
        for name in filter(None, handle.names):
            whole.setdefault(name.casefold(), set()).add(handle.id)
        if handle.short:
            short.setdefault(handle.short.casefold(), set()).add(handle.id)
    folded = text.casefold()
    found = (_meant(folded, at.end(), whole, short) for at in _places(folded))
    return tuple(dict.fromkeys(id_ for id_ in found if id_))


def _places(text: str) -> list[re.Match[str]]:
    return list(AT.finditer(text))[:MOST]


def _meant(
    text: str, start: int, whole: dict[str, set[str]], short: dict[str, set[str]]
) -> str | None:
    names = sorted(whole.keys() | short.keys(), key=len, reverse=True)
    name = next((one for one in names if _stands(text, start, one)), None)
    if name is None:
        return None
    ids = whole.get(name) or short[name]
    return next(iter(ids)) if len(ids) == 1 else None


def _stands(text: str, start: int, name: str) -> bool:
    """Whether a name stands there, and no longer word."""
    end = start + len(name)
    rest = text[end : end + 2]
    goes_on = bool(re.match(r"\w|[@'’-]\w", rest))
    return text.startswith(name, start) and not goes_on
