"""Which page of a timeline an address asks for, and the address of another. Stable: it names entries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from tocsin.features.incidents.commands import Page, Turned
from tocsin.features.incidents.terms import Which
from tocsin.foundation.phrase import phrase

NAME: Final = re.compile(r"(?:[a-z]+-)?[0-9]{1,9}", re.ASCII)
"""How an entry is called; one with more digits is none, and fits no column."""
WHICH: Final = {
    Which.EVERYTHING: phrase("Everything"),
    Which.PEOPLE: phrase("People"),
    Which.KEY_MOMENTS: phrase("Key moments"),
    Which.NOTES: phrase("Notes"),
    Which.FINDINGS: phrase("Findings"),
    Which.DECISIONS: phrase("Decisions"),
    Which.UPDATES: phrase("Updates"),
    Which.SITUATION: phrase("Situation"),
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
        before=entry_name(said.get("before")),
        after=entry_name(said.get("after")),
        at=entry_name(said.get("at")),
    )


def entry_name(said: object) -> str | None:
    """The name of an entry as an address spells it; None where it is none."""
    text = str(said or "")
    return text if NAME.fullmatch(text) else None


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
    first, last = (page.name_of(one.seq) for one in (page.entries[0], page.entries[-1]))
    earlier = address(place, Turned(which=asked.which, before=first))
    later = address(place, Turned(which=asked.which, after=last))
    piece = page.piece
    return Links(
        earlier=earlier if piece.has_earlier else "",
        later=later if piece.has_later else "",
        whole=whole,
    )
