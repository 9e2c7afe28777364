"""What the API is asked in a body, field by field. What is not named here is refused."""

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from tocsin.access.policy import Audience
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.rules.titles import LONGEST_TITLE
from tocsin.features.incidents.terms import (
    AnchorName,
    Basis,
    ChangeRole,
    Degree,
    Mode,
    Precision,
)

EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
LARGEST_FIGURE: Final = 1e18
MOST_ANSWERS: Final = 20


def _text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("an instant is text, such as 2026-11-24T03:12:00Z")  # noqa: TRY004 - pydantic's protocol
    return value


def _number(value: object) -> object:
    """JSON knows numbers from texts and truths, and so do we; the framework turns strictness off."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic's protocol
    return value


def _truth(value: object) -> object:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - pydantic's protocol
    return value


def _few(answers: dict[str, str]) -> dict[str, str]:
    """The framework describes a dictionary with a length as a list."""
    if len(answers) > MOST_ANSWERS:
        raise ValueError(f"at most {MOST_ANSWERS} questions can be answered")
    return answers


def _sane(instant: datetime) -> datetime:
    if not EARLIEST.timestamp() <= instant.timestamp() < LATEST.timestamp():
        raise ValueError("an instant lies between the years 1900 and 2200")
    return instant.astimezone(UTC)


When = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_sane)]
"""An instant, RFC 3339 with an offset."""
Line = Annotated[str, Field(max_length=500)]
Title = Annotated[
    str,
    Field(
        max_length=LONGEST_TITLE,
        description="One line: breaks become spaces, and signs that only hide or turn are left out.",
    ),
]
Text = Annotated[str, Field(max_length=100_000)]
Reason = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Yes = Annotated[bool, BeforeValidator(_truth)]
Figure = Annotated[float, BeforeValidator(_number), Field(ge=-LARGEST_FIGURE, le=LARGEST_FIGURE)]
Severity = Annotated[
    int, BeforeValidator(_number), Field(ge=1, le=4, description="1 is the worst.")
]
Ids = Annotated[list[Name], Field(min_length=1, max_length=1000)]


class Asked(BaseModel):
    """A body: only the fields named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Over(Asked):
    """How it ended (now, unless said), of what is over already; with `actionability` it is closed."""

    impact_ended: When | None = None
    how: Text | None = None
    actionability: Actionability | None = None
    evidence: Text | None = None


class Declaration(Asked):
    """What one says to declare an incident. Only the title is needed.

    Without a severity it is as the template says, else 3. `answers` are to the template's questions.
    With `over`, `impact_began` is needed: it is recorded in retrospect, and nobody is told.
    """

    title: Title
    severity: Severity | None = None
    mode: Mode = Mode.LIVE
    impact_began: When | None = None
    impact_basis: Basis = Basis.ESTIMATED
    service: Name | None = None
    team: Name | None = None
    reason: Reason | None = None
    restricted_to: Annotated[list[Name], Field(min_length=1, max_length=500)] | None = None
    alerts: Annotated[list[Name], Field(max_length=1000)] = []
    template: Name | None = None
    answers: Annotated[dict[Name, Reason], AfterValidator(_few)] = {}
    over: Over | None = None


class Acknowledgement(Asked):
    """Nothing needs to be said to take an incident in hand."""


class Mitigation(Asked):
    """How the harm was contained."""

    how: Text | None = None
    workaround: Yes = False


class Resolution(Asked):
    """When the harm was over (now, unless said), and how."""

    impact_ended: When | None = None
    how: Text | None = None


class Reopening(Asked):
    """Why the incident is not over, and since when the harm is back (now, unless said)."""

    reason: Reason
    impact_began: When | None = None


class Closure(Asked):
    """Whether there was anything to do at all."""

    actionability: Actionability = Actionability.REAL
    evidence: Text | None = None


class Note(Asked):
    """Something written on the timeline. `corrects` is the id of the entry it puts right.

    `audience` are those who alone may know of it; a correction has that of the entry.
    """

    text: Annotated[Text, Field(min_length=1)]
    kind: Literal["note", "finding", "status_update"] = "note"
    occurred_at: When | None = None
    precision: Precision | None = None
    basis: Basis | None = None
    corrects: Line | None = None
    audience: Audience | None = None


class Decision(Asked):
    """A decision, what it was between, and by what authority (the role held).

    `audience` are those who alone may know of it.
    """

    question: Annotated[Text, Field(min_length=1)]
    choice: Annotated[Text, Field(min_length=1)]
    authority: Name
    alternatives: Annotated[list[Text], Field(max_length=50)] = []
    reversible_until: When | None = None
    evidence: Text | None = None
    audience: Audience | None = None


class AnchorStatement(Asked):
    """An instant that a regime counts from, stated by a person."""

    anchor: AnchorName
    instant: When
    why: Annotated[Text, Field(min_length=1)]
    precision: Precision = Precision.MINUTE
    basis: Basis = Basis.OBSERVED
    regime: Name | None = None
    evidence: Text | None = None
    corrects: Line | None = None


class Fact(Asked):
    """A figure of harm: a value, a range, or neither where it is unknown."""

    name: Name
    unit: Name
    occurred_at: When
    source: Name
    value: Figure | None = None
    low: Figure | None = None
    high: Figure | None = None
    numerator: Figure | None = None
    denominator: Figure | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    money_kind: Literal["direct", "indirect", "recovery"] | None = None
    service: Name | None = None
    region: Name | None = None
    is_estimate: Yes = True
    precision: Precision = Precision.MINUTE
    basis: Basis = Basis.ESTIMATED
    corrects: Line | None = None


class Period(Asked):
    """An interval of harm to a service in a region. It goes on where `ended` is missing."""

    began: When
    ended: When | None = None
    degree: Degree = Degree.DEGRADED
    planned: Yes = False
    basis: Basis = Basis.ESTIMATED
    service: Name | None = None
    region: Name | None = None
    corrects: Line | None = None


class Appointment(Asked):
    """Who leads the response: a person's id."""

    commander: Name


class SeverityChange(Asked):
    """Another severity, and why."""

    severity: Severity
    reason: Reason


class AlertsAdded(Asked):
    """Alerts that belong to the incident, by id."""

    alerts: Ids
    reason: Reason | None = None


class AlertsTaken(Asked):
    """Alerts that do not belong to the incident, by id, and why."""

    alerts: Ids
    reason: Reason


class Restriction(Asked):
    """The people who may see the incident, by id, and why. Whoever restricts it stays named."""

    people: Annotated[list[Name], Field(max_length=500)] = []
    reason: Reason


class Lifting(Asked):
    """Why everybody may see the incident again."""

    reason: Reason


class Situation(Asked):
    """How it stands: at least one of the three. What is left out is not said any more.

    `over` is the `stated_at` of the situation that this is written over: another one is not replaced.
    """

    happening: Text | None = None
    belief: Text | None = None
    next_steps: Text | None = None
    next_update_at: When | None = None
    over: When | None = None


class KeyMoment(Asked):
    """Nothing needs to be said to mark a key moment."""


class ChangeMark(Asked):
    """A change or deploy (its number, version or address: one word), and the part that it had."""

    change: Name
    role: ChangeRole
    note: Text | None = None
