"""The languages that pages are read in, and what is said in each: one catalogue a language.

English is in the code itself. A catalogue is read when its language is first spoken, never before.
"""

import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final

from markupsafe import soft_str

from tocsin.foundation.phrase import Phrase

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English", "de": "Deutsch"}
"""Each by its tag (BCP 47), and what its speakers call it."""

CATALOGUES: Final = Path(__file__).parent / "catalogue"
PLAIN: Final = NullTranslations()
"""English, in which everything is written."""

WEIGHT: Final = re.compile(r"[01](\.\d{0,3})?")
"""How much a language is wanted, as RFC 9110 has it (12.4.2)."""

_SPOKEN: Final[ContextVar[NullTranslations]] = ContextVar("spoken", default=PLAIN)


@cache
def translations(language: str) -> NullTranslations:
    """What is said in a language; English for one that we do not have."""
    if language == ENGLISH or language not in LANGUAGES:
        return PLAIN
    # Slow to import, and needed by nobody who reads English.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = BytesIO()
    with (CATALOGUES / f"{language}.po").open("rb") as written:
        write_mo(compiled, read_po(written, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def accepted(header: str) -> str:
    """The language of ours that a browser would rather have (RFC 9110, 12.5.4); English if none.

    `de-AT` is answered by `de`. Of several that are wanted alike, the first.
    """
    wanted = sorted(map(_weighed, header.split(",")), key=lambda one: -one[1])
    for tag, weight in wanted:
        ours = ENGLISH if tag == "*" else tag.partition("-")[0]
        if weight > 0 and ours in LANGUAGES:
            return ours
    return ENGLISH


def _weighed(wish: str) -> tuple[str, float]:
    """One wish of a browser: its tag, and how much it is wanted; nothing that cannot be read is."""
    tag, *parameters = (part.strip().lower() for part in wish.split(";"))
    weight = next((one[2:] for one in parameters if one.startswith("q=")), "1")
    return tag, float(weight) if WEIGHT.fullmatch(weight) else 0.0


@contextmanager
def speaking(language: str) -> Generator[None]:
    """Render what is inside in a language."""
    token = _SPOKEN.set(translations(language))
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def gettext(message: str) -> str:
    """A message in the language that is spoken now."""
    return _SPOKEN.get().gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """A message about so many, in the language that is spoken now."""
    return _SPOKEN.get().ngettext(one, many, count)


def said(value: object) -> object:
    """A phrase of ours in the language that is spoken now; anything else as it is."""
    return value.said(gettext) if isinstance(value, Phrase) else value


def term(value: str) -> str:
    """A word that the domain stores (`false_positive`) as people read it."""
    return gettext(value.replace("_", " "))


def number(value: float, digits: int = 0) -> str:
    """A number with the marks between thousands and before decimals that the language has."""
    marks = gettext("1,234.5")
    return f"{value:,.{digits}f}".translate({ord(","): marks[1:-5], ord("."): marks[-2]})


def capitalized(value: str) -> str:
    """With a capital at the beginning. Only in English are the other letters known to be small."""
    text = soft_str(said(value))
    return text.capitalize() if _SPOKEN.get() is PLAIN else text[:1].upper() + text[1:]
