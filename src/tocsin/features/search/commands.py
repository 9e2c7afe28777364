"""Searching: a line is understood, what may be seen is found, and its words are shown in their place."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.rows import IncidentRow, by_reference
from tocsin.features.incidents.rows.words import said
from tocsin.features.search import rows
from tocsin.features.search.rows import Hit
from tocsin.features.search.rules.excerpt import excerpt, marked
from tocsin.features.search.rules.line import understood
from tocsin.features.search.terms import Piece, Question
from tocsin.ledger.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An incident that was found: its line, its title, and the entry that has the words."""

    row: IncidentRow
    title: tuple[Piece, ...]
    at: datetime
    by: str
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of what was found, and where the next page begins if there is more."""

    found: list[Found]
    next: int | None = None


def search(
    work: UnitOfWork, line: str, *, before: int | None = None, limit: int, zone: tzinfo = UTC
) -> Page:
    """Find incidents by a line of words and filters, the newest first. Refuses `bad_search`."""
    question = understood(line, zone)
    with work.look(Permission.SEE_INCIDENTS) as look:
        if question.is_empty:
            return Page(found=[])
        found = rows.hits(look, question, before, limit + 1)
        shown = found[:limit]
        entries = look.ledger.at(look.rows, [hit.seq for hit in shown])
        known = {entry.seq: entry for entry in entries}
        several = [_found(hit, known[hit.seq], question) for hit in shown]
        return Page(found=several, next=shown[-1].seq if len(found) > limit else None)


def suggested(work: UnitOfWork, line: str, *, limit: int, zone: tzinfo = UTC) -> list[Found]:
    """What somebody may mean who is still writing: the incident of that reference comes first."""
    found = search(work, line, limit=limit, zone=zone).found
    with work.look(Permission.SEE_INCIDENTS) as look:
        exact = by_reference(look, line)
    if exact is None:
        return found
    first = Found(row=exact, title=marked(exact.title, ()), at=exact.declared_at, by="", excerpt=())
    return [first, *(one for one in found if one.row.id != exact.id)][:limit]


def _found(hit: Hit, entry: Entry, question: Question) -> Found:
    wanted, title = question.sought.wanted, hit.row.title
    texts = [text for text in said(entry.event) if text != title]
    return Found(
        row=hit.row,
        title=marked(title, wanted),
        at=entry.at,
        by=entry.by.id,
        excerpt=excerpt(texts, wanted),
    )
