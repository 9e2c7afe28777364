"""What stands on paper is plain text: sentences, words, people and instants, spelled out. Pure.

Signs that turn the direction of text, hide in it or are none are spelled out, as they are for files.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import assert_never

from tocsin.features.evidence.rules.names import visible
from tocsin.ledger.sentence import At, Link, Part, Person, Plain, Said, Sentence, Value
from tocsin.ledger.words import Words, shown
from tocsin.web.times import full_time


def words(said: Words | None, otherwise: str = "") -> str:
    """Words as they were written, with every sign to be seen; erased ones stand as erased."""
    return text(shown(said, otherwise=otherwise))


def text(written: str) -> str:
    """Any text, its lines kept and every sign of it to be seen."""
    return visible("\n".join(written.splitlines())).replace("\t", "    ")


def line(written: str) -> str:
    """A text that stands on one line."""
    return " ".join(text(written).split())


def moment(instant: datetime, zone: tzinfo) -> str:
    """An instant in a zone with its name, and in UTC beside it where that is another."""
    here, utc = full_time(instant, zone), f"{instant.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if here == utc:
        return here
    short = utc if here[:10] != utc[:10] else utc[11:]
    return f"{here} ({short})"


def name_of(id_: str, called: Mapping[str, str]) -> str:
    """What to call whoever did something; the id of one whose name is not known."""
    return line(called.get(id_) or ("Tocsin" if id_ == "tocsin" else id_))


def told(sentence: Sentence, called: Mapping[str, str], zone: tzinfo) -> str:
    """A sentence of the ledger as text."""
    return text("".join(_part(part, called, zone) for part in sentence))


def _part(part: Part, called: Mapping[str, str], zone: tzinfo) -> str:
    match part:
        case Plain(text=plain) | Value(text=plain):
            return plain
        case Said(words=said):
            return shown(said)
        case Person(id=id_):
            return name_of(id_, called)
        case At(instant=instant):
            return moment(instant, zone)
        case Link(id=id_):
            return id_
        case _:
            assert_never(part)


def label(value: str) -> str:
    """A term of ours as a word: `status_update` is Status update."""
    return value.replace("_", " ").capitalize()
