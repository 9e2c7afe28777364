"""What people state about an incident: notes, decisions, figures, periods, anchors."""

from datetime import datetime

from tocsin.access.policy import Audience
from tocsin.features.incidents.terms import Basis, Degree, ImpactFact, NoteKind, Precision
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("incident.noted")
class Noted:
    """Somebody wrote on the timeline. `corrects` is the entry it puts right, which stays.

    `mentions` are the ids of the people and teams whose names stand in it, `audience` those who alone
    may know of it.
    """

    kind: NoteKind
    text: Words
    occurred_at: datetime | None = None
    precision: Precision | None = None
    basis: Basis | None = None
    corrects: int | None = None
    mentions: tuple[str, ...] = ()
    audience: Audience | None = None


@event("incident.decision_taken")
class DecisionTaken:
    """A decision, with what it was between and by what authority (the role held).

    `audience` are those who alone may know of it.
    """

    question: Words
    choice: Words
    authority: str
    alternatives: tuple[Words, ...] = ()
    reversible_until: datetime | None = None
    evidence: Words | None = None
    audience: Audience | None = None


@event("incident.anchor_stated")
class AnchorStated:
    """A person stated an instant that a regime counts from (records.md, 5)."""

    anchor: str
    instant: datetime
    precision: Precision
    basis: Basis
    why: Words
    regime: str | None = None
    evidence: Words | None = None
    corrects: int | None = None


@event("incident.impact_fact_stated")
class ImpactFactStated:
    """A dated statement about the harm: a value, a range or that it is unknown."""

    fact: ImpactFact
    occurred_at: datetime
    precision: Precision
    basis: Basis
    source: str
    corrects: int | None = None


@event("incident.impact_period_stated")
class ImpactPeriodStated:
    """An interval of harm to one service in one region, as somebody states it."""

    began: datetime
    ended: datetime | None
    degree: Degree
    planned: bool
    basis: Basis
    service: str | None = None
    region: str | None = None
    corrects: int | None = None


@event("incident.workaround_applied")
class WorkaroundApplied:
    """The harm was gone around."""

    how: Words


@event("incident.runbook_followed")
class RunbookFollowed:
    """A runbook was followed, and this came of it."""

    runbook: str
    result: Words
    helped: bool | None = None


@event("incident.change_marked")
class ChangeMarked:
    """A change or deploy was marked as cause, fix or suspect."""

    change: str
    role: str
    note: Words | None = None


StatementEvent = (
    Noted
    | DecisionTaken
    | AnchorStated
    | ImpactFactStated
    | ImpactPeriodStated
    | WorkaroundApplied
    | RunbookFollowed
    | ChangeMarked
)
