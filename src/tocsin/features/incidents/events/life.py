"""How an incident goes through its life."""

from datetime import datetime

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.terms import Basis, Mode
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
    template: str | None = None
    template_version: int | None = None


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


LifeEvent = (
    Declared
    | Acknowledged
    | CommanderAppointed
    | SeverityChanged
    | Retitled
    | Mitigated
    | Resolved
    | Closed
    | Reopened
)
