"""What the API is asked about roles, people and tasks of an incident, field by field."""

from typing import Annotated

from pydantic import Field

from tocsin.features.incidents.api.asked import Asked, Name, Reason, When
from tocsin.features.incidents.rules.titles import LONGEST_TASK
from tocsin.features.incidents.terms import RoleName, TaskState

TaskTitle = Annotated[str, Field(min_length=1, max_length=LONGEST_TASK, description="One line.")]


class RoleOffer(Asked):
    """Who is asked to take which role; the note says what is open and what was promised."""

    role: RoleName
    person: Name
    note: Reason | None = None


class Acceptance(Asked):
    """Nothing needs to be said to take what was offered."""


class Refusal(Asked):
    """Why somebody does not take what was offered, if they say."""

    reason: Reason | None = None


class Taking(Asked):
    """From whom the role is taken, by id, where somebody holds it."""

    instead_of: Name | None = None


class TaskSaid(Asked):
    """Something to be done: what, whose it is (a person's id) and until when."""

    title: TaskTitle
    owner: Name | None = None
    due: When | None = None


class TaskChange(Asked):
    """What of a task is to be otherwise; what is left out stays. `due` null takes its time away."""

    title: TaskTitle | None = None
    due: When | None = None


class TaskOwner(Asked):
    """Whose a task is; null where it is nobody's in particular."""

    owner: Name | None


class TaskStanding(Asked):
    """How a task stands; a reason where it was dropped."""

    state: TaskState
    reason: Reason | None = None
