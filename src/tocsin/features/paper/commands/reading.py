"""Reading an incident file: one value with all that its viewer may see, ready to be set."""

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.commands import Page, find
from tocsin.features.incidents.events import (
    DecisionTaken,
    KeyMomentMarked,
    KeyMomentUnmarked,
    Noted,
)
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.paper.commands.gathering import Gathered, gather
from tocsin.features.paper.port import Limits
from tocsin.features.paper.rules import outside, state
from tocsin.features.paper.rules.entries import Layout, Told
from tocsin.features.paper.rules.plain import line, words
from tocsin.features.paper.terms import Entry, Paper, Section
from tocsin.foundation.refusal import Refused


def read(work: UnitOfWork, reference: str, zone: tzinfo, limits: Limits) -> Paper:
    """An incident file, of one moment. Refuses `unknown_incident`, `too_long_for_paper`."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        found = find(look, reference)
        if found.version > limits.entries:
            raise too_long()
        gathered, now = gather(look, found), look.ledger.clock()
    return _paper(gathered, zone, now)


def too_long() -> Refused:
    """What is said of an incident that is too much for one document."""
    sentence = "This incident is too long for one document. Read its timeline over the API."
    return Refused("too_long_for_paper", sentence)


def _paper(it: Gathered, zone: tzinfo, now: datetime) -> Paper:
    known = state.Known(incident=it.incident, called=it.called, alike=it.alike, zone=zone, now=now)
    told = [one for page in it.pages for one in _told(page)]
    mode, title = it.incident.mode, words(it.incident.title)
    mark = mode.value.upper() if mode.is_exercise else ""
    return Paper(
        at=now,
        root=it.proof.root,
        entries=len(told),
        reference=it.incident.reference,
        title=line(title),
        watermark=mark,
        warning=f"{mark}. Nothing of this is real." if mark else "",
        foot=_foot(it, now),
        lead=(_lead(known),),
        sections=_sections(it, known, told),
    )


def _sections(it: Gathered, known: state.Known, told: Sequence[Told]) -> tuple[Section, ...]:
    numbers = {one.entry.version: number for number, one in enumerate(told, 1)}
    layout = Layout(it.called, known.zone, numbers)
    entries = [layout.entry(one) for one in told]
    both = list(zip(told, entries, strict=True))
    decisions = [entry for one, entry in both if _is_decision(one.entry.event)]
    updates = [entry for one, entry in both if _is_update(one.entry.event)]
    of_alerts = [] if it.alerts is None else [outside.alerts(known, it.alerts)]
    return (
        *state.sections(known),
        _listed("Decisions", decisions),
        _listed("Status updates", updates),
        outside.told(known, it.attempts, it.subscribers),
        outside.files(known),
        *of_alerts,
        _listed("Timeline", entries),
        outside.proof(known, it.proof, len(entries)),
    )


def _listed(heading: str, entries: Sequence[Entry]) -> Section:
    remarks = () if entries else ("None.",)
    return Section(heading=heading, remarks=remarks, entries=tuple(entries))


def _is_decision(event: object) -> bool:
    return isinstance(event, DecisionTaken) or _is_noted(event, NoteKind.DECISION)


def _is_update(event: object) -> bool:
    return _is_noted(event, NoteKind.STATUS_UPDATE)


def _is_noted(event: object, kind: NoteKind) -> bool:
    return isinstance(event, Noted) and event.kind is kind


def _told(page: Page) -> list[Told]:
    """The entries of a page with what their rows say of them."""
    versions = page.versions
    return [
        Told(
            entry=entry,
            at=row.at,
            is_key=row.is_key,
            corrects=page.old.get(getattr(entry.event, "corrects", None) or -1),
            corrected_by=versions.get(row.corrected_by or -1),
            refers=versions.get(_marked(entry.event)),
        )
        for row, entry in zip(page.piece.entries, page.entries, strict=True)
    ]


def _marked(event: object) -> int:
    return event.entry if isinstance(event, KeyMomentMarked | KeyMomentUnmarked) else -1


def _foot(it: Gathered, now: datetime) -> str:
    where = "" if it.proof.position is None else f"ledger position {it.proof.position}, "
    parts = (
        it.incident.reference,
        f"seen by {line(it.viewer)}",
        f"{now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        f"{where}ledger root {it.proof.root}",
    )
    return " · ".join(parts)


def _lead(known: state.Known) -> str:
    zone = getattr(known.zone, "key", "UTC")
    beside = "" if zone == "UTC" else ", with UTC beside"
    return (
        "The file of this incident as whoever is named at the foot of each page may see it. Times are "
        f"in {zone}{beside}. Entries are numbered within this document, in the order in which things "
        "were so; what was put right is struck out and stays."
    )
