"""How the history of one incident is laid out on its page: steps, timeline, alerts, figures."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from markupsafe import Markup, escape

from tocsin.access.visibility import audience_of
from tocsin.access.work import Look
from tocsin.features.alerts.rows.sources import names_of
from tocsin.features.incidents.commands import Page
from tocsin.features.incidents.events import (
    Acknowledged,
    AlertsJoined,
    AlertsLeft,
    ChangeMarked,
    Closed,
    CommanderAppointed,
    DecisionTaken,
    Declared,
    EvidenceAttached,
    EvidenceCleared,
    EvidenceRefused,
    EvidenceWithdrawn,
    KeyMomentMarked,
    KeyMomentUnmarked,
    Mitigated,
    Noted,
    Reopened,
    Resolved,
    Restricted,
    RestrictionLifted,
    RoleAccepted,
    RoleGivenUp,
    RoleOffered,
    RoleTaken,
    SeverityChanged,
    SituationStated,
    TaskAdded,
    TaskDone,
    TaskDueChanged,
    TaskReworded,
)
from tocsin.features.incidents.rows.entries import EntryRow
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.state import Incident, Situation
from tocsin.features.incidents.terms import WITH_IT, NoteKind, Phase
from tocsin.foundation.phrase import phrase
from tocsin.ledger.entry import Entry
from tocsin.ledger.sentence import Person
from tocsin.ledger.words import Text, Words, shown
from tocsin.web import languages
from tocsin.web.telling import name_of as called_so
from tocsin.web.telling import told, written
from tocsin.web.times import form_time
from tocsin.web.viewer import Viewer

ICONS: Final[Mapping[type[object], str]] = {
    Declared: "siren",
    Acknowledged: "check",
    CommanderAppointed: "user",
    Mitigated: "shield-check",
    Resolved: "circle-check",
    Closed: "lock",
    Reopened: "rotate-ccw",
    SeverityChanged: "gauge",
    AlertsJoined: "workflow",
    AlertsLeft: "split",
    Restricted: "lock",
    RestrictionLifted: "lock-open",
    RoleOffered: "users",
    RoleAccepted: "users",
    RoleTaken: "users",
    RoleGivenUp: "users",
    TaskAdded: "circle",
    TaskDone: "circle-check",
    TaskDueChanged: "clock",
    TaskReworded: "pencil",
    EvidenceAttached: "paperclip",
    EvidenceCleared: "shield-check",
    EvidenceRefused: "triangle-alert",
    EvidenceWithdrawn: "paperclip",
    ChangeMarked: "split",
    KeyMomentMarked: "star",
    KeyMomentUnmarked: "star",
}
NOTES: Final = {
    NoteKind.NOTE: (phrase("Note"), "message-square"),
    NoteKind.FINDING: (phrase("Finding"), "search"),
    NoteKind.DECISION: (phrase("Decision"), "undo-2"),
    NoteKind.STATUS_UPDATE: (phrase("Status update"), "send"),
}
OPEN_THE_FILE: Final = phrase("Open the file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of the timeline as it is shown. `version` is what it is called within its incident.

    `audience` are those who alone may know of it.
    """

    version: str
    at: datetime
    recorded_at: datetime
    who: str
    icon: str
    text: Markup
    heading: str = ""
    asked: Markup | None = None
    parts: tuple[tuple[str, Markup], ...] = ()
    was: Markup | None = None
    refers: str | None = None
    due: datetime | None = None
    alternatives: tuple[Markup, ...] = ()
    raw: str = ""
    is_key: bool = False
    hurts: bool = False
    corrects: str | None = None
    corrected_by: str | None = None
    audience: str = ""

    @property
    def is_said(self) -> bool:
        """Whether a person speaks: they get a box, machines a line."""
        return bool(self.heading)

    @property
    def is_late(self) -> bool:
        """Whether it was written down well after it was so."""
        return (self.recorded_at - self.at).total_seconds() >= 60  # noqa: PLR2004 - a minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One state of the life of an incident, with what it takes to get there."""

    phase: Phase
    stands: str
    since: datetime | None
    needs: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Lays entries out: who is called what, what was corrected, and when it hurt."""

    incident: Incident
    viewer: Viewer
    called: Mapping[str, str]
    page: Page

    def item(self, row: EntryRow, entry: Entry) -> Item:
        """One entry as it is shown."""
        name_of = self.page.name_of
        old = self.page.old.get(getattr(entry.event, "corrects", None) or -1)
        made: dict[str, Any] = {
            "version": name_of(entry.seq) or "",
            "at": row.at,
            "recorded_at": entry.at,
            "who": called_so(entry.by.id, self.called),
            "hurts": _hurts(self.incident, row.at),
            "is_key": row.is_key,
            "corrects": None if old is None else name_of(old.seq),
            "was": None if old is None else self._said(old)["text"],
            "corrected_by": name_of(row.corrected_by),
            "refers": name_of(getattr(entry.event, "entry", None)),
            "audience": row.audience or "",
        }
        return Item(**made, **self._said(entry))

    def alone(self, entry: Entry) -> Item:
        """An entry as it is shown where it is to be put right."""
        at = getattr(entry.event, "occurred_at", None) or entry.at
        row = EntryRow(seq=entry.seq, at=at, is_key=False, corrected_by=None)
        return self.item(replace(row, audience=audience_of(entry.event)), entry)

    def _said(self, entry: Entry) -> dict[str, Any]:
        language = self.viewer.language
        match entry.event:
            case Noted(kind=kind, text=words):
                return _box(*NOTES[kind], words, language)
            case DecisionTaken(choice=choice, question=question, alternatives=others):
                return _box(*NOTES[NoteKind.DECISION], choice, language) | {
                    "asked": written(question, language),
                    "alternatives": tuple(written(other, language) for other in others),
                }
            case SituationStated():
                box = {"heading": phrase("Situation"), "icon": "eye", "text": Markup("")}
                parts = _parts(entry.event, language)
                return box | {"parts": parts, "due": entry.event.next_update_at}
            case _:
                text = told(sentence(entry.event, entry.by.id), self.called, self.viewer)
                text += evidence_link(self.incident, entry.event, self.viewer)
                icon = next(
                    (one for of, one in ICONS.items() if isinstance(entry.event, of)), "file-text"
                )
                return {"text": text, "icon": icon}


def evidence_link(incident: Incident, event: object, viewer: Viewer) -> Markup:
    """The way to the file that an entry is about; empty for entries about anything else."""
    if not isinstance(event, EvidenceAttached | EvidenceCleared | EvidenceWithdrawn):
        return Markup("")
    link = Markup(' <a href="/incidents/{}/evidence/{}">{}</a>')
    words = OPEN_THE_FILE.said(languages.translations(viewer.language).gettext)
    return link.format(incident.reference, event.attachment, words)


def _box(heading: str, icon: str, words: Words, language: str) -> dict[str, Any]:
    text = written(words, language)
    return {"heading": heading, "icon": icon, "text": text, "raw": shown(words)}


def _parts(said: SituationStated | Situation, language: str) -> tuple[tuple[str, Markup], ...]:
    """What is said of a situation, each with what it is about."""
    parts = zip(SITUATION, (said.happening, said.belief, said.next_steps), strict=True)
    stated = [(about, words) for about, words in parts if words is not None]
    return tuple((about, written(words, language)) for about, words in stated)


SITUATION: Final = (
    phrase("What is happening"),
    phrase("What we believe"),
    phrase("What happens next"),
)


def timeline(layout: Layout) -> list[Item]:
    """A page of the timeline: newest first while it needs somebody, in order once it is over."""
    both = zip(layout.page.piece.entries, layout.page.entries, strict=True)
    items = [layout.item(row, entry) for row, entry in both]
    return items[::-1] if layout.incident.is_open else items


def _hurts(incident: Incident, at: datetime) -> bool:
    return any(
        period.began <= at and (period.ended is None or at <= period.ended)
        for period in incident.impacts
    )


def called(look: Look, incident: Incident, entries: Collection[Entry] = ()) -> dict[str, str]:
    """The names of everybody who is spoken of: of the incident as it is, and in these entries."""
    ids = {entry.by.id for entry in entries} | {incident.declared_by, incident.commander or ""}
    for entry in entries:
        said = sentence(entry.event, entry.by.id)
        ids |= {part.id for part in said if isinstance(part, Person)}
    ids |= {incident.acknowledged_by or "", *(change.by for change in incident.changes)}
    ids |= {incident.situation.by} if incident.situation else set()
    ids |= {anchor.by for anchor in incident.anchors} | (incident.restricted_to or frozenset())
    return names_of(look.rows, ids)


ORDER: Final = tuple(Phase)
NEEDS: Final = {
    Phase.REPORTED: "",
    Phase.INVESTIGATING: phrase("needs somebody to acknowledge"),
    Phase.MITIGATED: phrase("needs the harm contained"),
    Phase.RESOLVED: phrase("needs the end of impact"),
    Phase.CLOSED: phrase("needs whether it was real"),
}


def steps(incident: Incident) -> list[Step]:
    """The life of an incident: what is done, where it stands, and what each next state needs."""
    since = {
        Phase.REPORTED: incident.declared_at,
        Phase.INVESTIGATING: incident.acknowledged_at,
        Phase.MITIGATED: incident.mitigated_at,
        Phase.RESOLVED: incident.resolved_at,
        Phase.CLOSED: incident.closed_at,
    } | {incident.phase: incident.phase_since}
    here = ORDER.index(incident.phase)
    return [
        Step(
            phase=phase,
            stands=_stands(place - here),
            since=since[phase] if place <= here else None,
            needs="" if place <= here else NEEDS[phase],
        )
        for place, phase in enumerate(ORDER)
    ]


def _stands(distance: int) -> str:
    if distance < 0:
        return "done"
    return {0: "now", 1: "next"}.get(distance, "later")


def because(joined: AlertsJoined, language: str) -> Markup:
    """Why alerts belong to the incident: the rule that said so, and its reason."""
    gettext = languages.translations(language).gettext
    rule = gettext(WITH_IT) if joined.rule == WITH_IT else joined.rule
    if joined.reason is None:
        return escape(rule)
    return Markup("{}: {}").format(rule, written(joined.reason, language))


def situation(incident: Incident, language: str) -> dict[str, Markup]:
    """The situation as it was stated last, by what each part is about."""
    return {} if incident.situation is None else dict(_parts(incident.situation, language))


def situation_form(incident: Incident, viewer: Viewer) -> dict[str, str]:
    """What the form for the situation holds at first: what is said now, and what it is written over."""
    stated = incident.situation
    if stated is None:
        return dict.fromkeys(("happening", "belief", "next_steps", "next_update_at", "over"), "")
    due = stated.next_update_at
    is_due = due is not None and due > viewer.now
    return {
        "happening": _kept(stated.happening),
        "belief": _kept(stated.belief),
        "next_steps": _kept(stated.next_steps),
        "next_update_at": form_time(due, viewer.tz) if due is not None and is_due else "",
        "over": stated.at.isoformat(),
    }


def _kept(words: Words | None) -> str:
    """Words to go on writing with; erased ones are gone."""
    return words.value if isinstance(words, Text) else ""
