"""What a form brings, field by field, and the showing of a form again with the message beside a field."""

import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, TypeVar

from litestar.enums import RequestEncodingType
from litestar.params import Body

from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

Fields = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.URL_ENCODED)]
Answer = TypeVar("Answer")

ELSEWHERE: Final = frozenset({"not_allowed", "not_signed_in", "not_a_person", "disk_full"})
"""What nobody can put right in a form, beside what is unknown, too much at once, or away."""

LONGEST: Final = 100_000
"""As in the API: so many characters in one field."""

LARGEST_FIGURE: Final = 1e18
"""As in the API. NaN and infinities are no figures: the record would read them as unknown."""


def text(fields: Mapping[str, Any], name: str, most: int = LONGEST) -> str:
    """What was written into a field; empty where it was not sent. The last one counts.

    Refuses `words_too_long` beyond `most` characters.
    """
    several = texts(fields, name, most)
    return several[-1] if several else ""


def texts(fields: Mapping[str, Any], name: str, most: int = LONGEST) -> tuple[str, ...]:
    """Everything that was chosen under one name, without NUL, which no database takes for text.

    Refuses `words_too_long` beyond `most` characters.
    """
    found: Any = fields.get(name, [])
    several: list[Any] = found if isinstance(found, list) else [found]  # pyright: ignore[reportUnknownVariableType]
    written = [str(one).replace("\0", "").strip() for one in several]
    if any(len(one) > most for one in written):
        sentence = phrase("A field takes %(most)s characters at most.", most=f"{most:,}")
        raise Refused("words_too_long", sentence)
    return tuple(one for one in written if one)


def number(fields: Mapping[str, Any], name: str) -> float | None:
    """A figure, or None where the field is empty. Refuses `bad_number`."""
    written = text(fields, name).replace(" ", "")
    if not written:
        return None
    try:
        figure = float(written)
    except ValueError:
        figure = math.nan
    if not abs(figure) <= LARGEST_FIGURE:
        raise Refused("bad_number", "Write the figure in digits, such as 2140 or 14.5.")
    return figure


def tried(deed: Callable[[], Answer]) -> Answer | Refused:
    """Do what a form asks for; a refusal comes back as a value, to be shown beside its field.

    Only what the person can put right in the form comes back: the rest is refused as everywhere.
    """
    try:
        return deed()
    except Refused as refused:
        if refused.code in ELSEWHERE or refused.code.startswith(("unknown_", "rate_", "database_")):
            raise
        return refused
