"""The languages that pages are read in, and what is said in each: one catalogue a language."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from typing import Final

from tocsin.foundation.phrase import Phrase

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = {ENGLISH: "English"}
"""Each by its tag (BCP 47), and what its speakers call it."""

PLAIN: Final = NullTranslations()
"""English, in which everything is written."""

_SPOKEN: Final[ContextVar[NullTranslations]] = ContextVar("spoken", default=PLAIN)


def translations(language: str) -> NullTranslations:  # noqa: ARG001 - only one so far
    """What is said in a language; English for one that we do not have."""
    return PLAIN


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
    return _SPOKEN.get().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """A message about so many, in the language that is spoken now."""
    return _SPOKEN.get().ngettext(one, many, count)


def said(value: object) -> object:
    """A phrase of ours in the language that is spoken now; anything else as it is."""
    return value.said(gettext) if isinstance(value, Phrase) else value


def term(value: str) -> str:
    """A word that the domain stores (`false_positive`) as people read it."""
    return gettext(value.replace("_", " "))
