"""Gathers all that one viewer may see of an incident, in one moment, with the commands pages read with.

It never asks the ledger for entries by itself: who may read which is decided where pages are read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin.access.policy import ALLOWED, Permission
from tocsin.access.work import Look
from tocsin.features.alerts.rows import names_of
from tocsin.features.alerts.rows.occurrences import Occurrence, of_incident
from tocsin.features.incidents.commands import Page, Shown, Turned, page_of
from tocsin.features.incidents.rows import exports
from tocsin.features.incidents.rows.bulk import called as called_of
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.state import Incident
from tocsin.features.notices.rows import AttemptRow, attempts, names_of_all
from tocsin.features.paper.rules.outside import Proof
from tocsin.ledger import history
from tocsin.ledger.checkpoint import newest
from tocsin.ledger.sentence import Person

ALERTS_AT_MOST = 300
ATTEMPTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """An incident as one viewer sees it: its timeline in order, in pieces, and what is beside it."""

    incident: Incident
    pages: Sequence[Page]
    called: Mapping[str, str]
    alike: Mapping[str, tuple[str, str]]
    attempts: Sequence[AttemptRow]
    subscribers: Mapping[str, str]
    alerts: Sequence[Occurrence] | None
    proof: Proof
    viewer: str


def gather(look: Look, found: Shown) -> Gathered:
    """All of it, as it is at the moment of the look."""
    it, pages = found.incident, _whole(look, found)
    sees_alerts = Permission.SEE_ALERTS in look.actor.may
    newest_alerts = sorted(it.alerts, reverse=True)[:ALERTS_AT_MOST]
    called = names_of(look.rows, _people_in(it) | _spoken_of(pages) | {look.actor.by.id})
    return Gathered(
        incident=it,
        pages=pages,
        called=called,
        alike=called_of(look, it.perhaps_same),
        attempts=list(_attempts(look, it.reference)),
        subscribers=names_of_all(look.rows),
        alerts=of_incident(look, newest_alerts) if sees_alerts else None,
        proof=_proof(look),
        viewer=_viewer(look, called),
    )


def _whole(look: Look, found: Shown) -> list[Page]:
    """The whole timeline, page by page, from where its page begins to both ends."""
    pages = [page_of(look, found, Turned())]
    while pages[0].piece.has_earlier:
        first = pages[0].name_of(pages[0].entries[0].seq)
        pages.insert(0, page_of(look, found, Turned(before=first)))
    while pages[-1].piece.has_later:
        last = pages[-1].name_of(pages[-1].entries[-1].seq)
        pages.append(page_of(look, found, Turned(after=last)))
    return pages


def _attempts(look: Look, reference: str) -> Iterator[AttemptRow]:
    """Every attempt to tell somebody, the first one first."""
    told: list[AttemptRow] = []
    after: str | None = None
    while some := attempts(look, incident=reference, after=after, limit=ATTEMPTS_AT_ONCE):
        told += some
        after = some[-1].id
    return reversed(told)


def _proof(look: Look) -> Proof:
    is_auditor = Permission.READ_LEDGER in look.actor.may
    checkpoint = newest(look.rows) if is_auditor else None
    return Proof(
        origin=look.ledger.origin,
        root=exports.root(look),
        checkpoint_sha256=exports.checkpoint_digest(look),
        position=history.last(look.rows) if is_auditor else None,
        note=None if checkpoint is None else str(checkpoint.note),
    )


def _viewer(look: Look, called: Mapping[str, str]) -> str:
    """Who looks, with the role by which they may."""
    by = look.actor.by.id
    role = next((one.value for one, may in ALLOWED.items() if may == look.actor.may), "")
    return called.get(by, by) + (f" ({role})" if role else "")


def _spoken_of(pages: Sequence[Page]) -> set[str]:
    read = [entry for page in pages for entry in (*page.entries, *page.old.values())]
    said = {
        part.id
        for entry in read
        for part in sentence(entry.event, entry.by.id)
        if isinstance(part, Person)
    }
    return said | {entry.by.id for entry in read}


def _people_in(it: Incident) -> set[str]:
    people = {it.declared_by, it.commander, it.acknowledged_by, *(it.restricted_to or ())}
    people |= {id_ for offer in it.offers for id_ in (offer.person, offer.by)}
    people |= {held.person for held in it.holders} | {one.person for one in it.responders}
    people |= {task.owner for task in it.tasks} | {file.by for file in it.evidence}
    people |= {anchor.by for anchor in it.anchors} | {change.by for change in it.changes}
    people |= {it.situation.by} if it.situation else set()
    return {one for one in people if one}
