"""What a paper is made of: plain text in sections, ready to be set. Pages and PDFs are made from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Fact = tuple[str, str]
"""What it is called, and what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the timeline. `number` counts within this paper; a struck one was put right."""

    number: str
    at: str
    head: str
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    struck: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part under a heading: remarks, facts, a table (`widths` in shares), or entries."""

    heading: str
    remarks: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An incident file as one viewer sees it at one moment. `foot` stands on every page.

    `root` is that of the ledger at the moment (base64), `entries` how many the timeline has here.
    """

    at: datetime
    root: str
    entries: int
    reference: str
    title: str
    watermark: str
    warning: str
    foot: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]


def table(
    heading: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[str]],
    remarks: Sequence[str] = (),
) -> Section:
    """A section with a table of columns (name, share of the width); where it is empty it says so."""
    if not rows:
        return Section(heading=heading, remarks=(*remarks, "None."))
    return Section(
        heading=heading,
        remarks=tuple(remarks),
        columns=tuple(name for name, _ in columns),
        widths=tuple(width for _, width in columns),
        rows=tuple(tuple(row) for row in rows),
    )
