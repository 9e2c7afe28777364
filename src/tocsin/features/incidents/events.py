"""What can have happened to an incident.

An event is in the past tense and holds only what was learnt at that moment. Its name and the meaning
of its fields are kept for ever. When it was recorded and by whom is the ledger's affair; `occurred_at`
is a statement about the world.
"""

from datetime import datetime

from tocsin.features.incidents.terms import (
    Actionability,
    Basis,
    Degree,
    ImpactFact,
    Mode,
    NoteKind,
    Precision,
)
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("incident.declared")
class Declared:
    """Somebody, or a rule, said that there is an incident.

    `ordinal` counts the declarations of its series without gaps; only auditors see it.
    """

    reference: str
    ordinal: int
    title: Words
    severity: int
    mode: Mode
    impact_began: datetime
    impact_basis: Basis
    service: str | None = None
    team: str | None = None
    rule: str | None = None
    reason: Words | None = None
    restricted_to: tuple[str, ...] | None = None


@event("incident.acknowledged")
class Acknowledged:
    """Somebody took the incident in hand."""


@event("incident.commander_appointed")
class CommanderAppointed:
    """A person leads the response from now on."""

    commander: str


@event("incident.severity_changed")
class SeverityChanged:
    """The severity was set by a person, with a reason."""

    severity: int
    reason: Words


@event("incident.retitled")
class Retitled:
    """The incident got a better title."""

    title: Words


@event("incident.noted")
class Noted:
    """Somebody wrote on the timeline. `corrects` is the entry it puts right, which stays."""

    kind: NoteKind
    text: Words
    occurred_at: datetime | None = None
    precision: Precision | None = None
    basis: Basis | None = None
    corrects: int | None = None


@event("incident.decision_taken")
class DecisionTaken:
    """A decision, with what it was between and by what authority (the role held)."""

    question: Words
    choice: Words
    authority: str
    alternatives: tuple[Words, ...] = ()
    reversible_until: datetime | None = None
    evidence: Words | None = None


@event("incident.mitigated")
class Mitigated:
    """The harm was contained, though its cause may remain."""

    how: Words | None = None
    workaround: bool = False


@event("incident.resolved")
class Resolved:
    """The harm was over."""

    impact_ended: datetime
    impact_basis: Basis
    how: Words | None = None


@event("incident.closed")
class Closed:
    """Nothing is left to do, and it is said whether there was anything to do at all."""

    actionability: Actionability
    evidence: Words | None = None


@event("incident.reopened")
class Reopened:
    """The harm was not over after all, or it came back: a new period of impact begins."""

    impact_began: datetime
    impact_basis: Basis
    reason: Words


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


@event("incident.alerts_joined")
class AlertsJoined:
    """Alerts were found to belong to it: one event for a whole storm, with the rule that said so."""

    alerts: tuple[str, ...]
    rule: str
    reason: Words | None = None


@event("incident.alerts_left")
class AlertsLeft:
    """Alerts were taken out again."""

    alerts: tuple[str, ...]
    reason: Words


@event("incident.restricted")
class Restricted:
    """From now on only the named may see it."""

    named: tuple[str, ...]
    reason: Words


@event("incident.restriction_lifted")
class RestrictionLifted:
    """Everybody with the permission may see it again."""

    reason: Words


IncidentEvent = (
    Declared
    | Acknowledged
    | CommanderAppointed
    | SeverityChanged
    | Retitled
    | Noted
    | DecisionTaken
    | Mitigated
    | Resolved
    | Closed
    | Reopened
    | AnchorStated
    | ImpactFactStated
    | ImpactPeriodStated
    | WorkaroundApplied
    | RunbookFollowed
    | ChangeMarked
    | AlertsJoined
    | AlertsLeft
    | Restricted
    | RestrictionLifted
)
