"""Which page of a timeline an address asks for, and the address of another. Stable: it names entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from tocsin.features.incidents.commands import Page, Turned
from tocsin.features.incidents.terms import Which

DIGITS: Final = 9
"""No entry has a longer version; what is longer fits no column."""
WHICH: Final = {
    Which.EVERYTHING: "Everything",
    Which.PEOPLE: "People",
    Which.KEY_MOMENTS: "Key moments",
    Which.NOTES: "Notes",
    Which.FINDINGS: "Findings",
    Which.DECISIONS: "Decisions",
    Which.UPDATES: "Updates",
    Which.SITUATION: "Situation",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where the pages beside a page are; empty where there is none."""

    earlier: str
    later: str
    whole: str


def turned(said: Mapping[str, Any]) -> Turned:
    """The page that an address, or the hidden fields of a form, ask for. What is odd asks for nothing."""
    show = str(said.get("show") or "")
    return Turned(
        which=Which(show) if show in set(Which) else Which.EVERYTHING,
        before=version(said.get("before")),
        after=version(said.get("after")),
        at=version(said.get("at")),
    )


def version(said: object) -> int | None:
    """The version of an entry as an address spells it."""
    text = str(said or "")
    is_one = text.isascii() and text.isdigit() and len(text) <= DIGITS
    return int(text) if is_one else None


def address(place: str, asked: Turned) -> str:
    """The address of a page of the timeline."""
    named = {
        "show": None if asked.which is Which.EVERYTHING else asked.which.value,
        "before": asked.before,
        "after": asked.after,
        "at": asked.at,
    }
    query = urlencode({name: value for name, value in named.items() if value is not None})
    return f"{place}?{query}" if query else place


def links(place: str, asked: Turned, page: Page) -> Links:
    """Where the pages before and after a page are."""
    whole = address(place, Turned(which=asked.which))
    if not page.entries:
        is_turned = asked != Turned(which=asked.which)
        return Links(earlier="", later="", whole=whole if is_turned else "")
    first, last = page.entries[0].version, page.entries[-1].version
    earlier = address(place, Turned(which=asked.which, before=first))
    later = address(place, Turned(which=asked.which, after=last))
    piece = page.piece
    return Links(
        earlier=earlier if piece.has_earlier else "",
        later=later if piece.has_later else "",
        whole=whole,
    )
