"""The terms in which messages to people are spoken of."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum


class Concern(StrEnum):
    """Why something concerns a person; the first that holds is what they are told."""

    MENTIONED = "mentioned"
    ASKED = "asked"
    TASK = "task"
    FOLLOWED = "followed"
    TEAM = "team"


class Way(StrEnum):
    """When somebody wants to be told of something; the first is the most urgent."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NEVER = "never"


class MessageState(StrEnum):
    """How a message stands."""

    QUEUED = "queued"
    SENT = "sent"
    WITHHELD = "withheld"
    FAILED = "failed"


class WhyWithheld(StrEnum):
    """Why a message was not sent after all."""

    MAY_NOT_SEE = "may_not_see"
    DISABLED = "disabled"
    NO_ADDRESS = "no_address"
    TURNED_OFF = "turned_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person wants to be told, and when. Times of day are in their own zone.

    Quiet hours last from `quiet_from` until `quiet_until`, over midnight too; both are None where there
    are none. `asked_may_wake` says that being asked for a role is not held back by them.
    """

    mentioned: Way = Way.AT_ONCE
    asked: Way = Way.AT_ONCE
    task: Way = Way.AT_ONCE
    followed: Way = Way.DIGEST
    team: Way = Way.DIGEST
    digest_at: time = time(8)
    quiet_from: time | None = None
    quiet_until: time | None = None
    asked_may_wake: bool = False

    def way(self, concern: Concern) -> Way:
        """When they want to be told of what concerns them so."""
        match concern:
            case Concern.MENTIONED:
                return self.mentioned
            case Concern.ASKED:
                return self.asked
            case Concern.TASK:
                return self.task
            case Concern.FOLLOWED:
                return self.followed
            case Concern.TEAM:
                return self.team

    def without(self, concerns: Collection[Concern]) -> "Choices":
        """The same, and never again to be told for these reasons."""
        ways = {one: Way.NEVER if one in concerns else self.way(one) for one in Concern}
        return replace(
            self,
            mentioned=ways[Concern.MENTIONED],
            asked=ways[Concern.ASKED],
            task=ways[Concern.TASK],
            followed=ways[Concern.FOLLOWED],
            team=ways[Concern.TEAM],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one person is told of one entry (where that stands in the ledger), which is `by` somebody."""

    id: str
    incident: str
    person: str
    concern: Concern
    entry: int
    by: str
    queued_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a mail told of."""

    message: str
    incident: str
    entry: int
    concern: Concern
