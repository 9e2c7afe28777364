"""What became of the messages to people (records.md, 3). That one waits is no event yet.

A mail is one entry, whatever number of messages it held; a message that was not sent is one of its own.
"""

from datetime import datetime

from tocsin.features.messages.terms import Concern, Item, WhyWithheld
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("message.sent")
class MessageSent:
    """A mail to a person was handed over. `tries` counts the attempts, the last included.

    `possible_duplicate` says that an earlier attempt may have arrived too: its answer was lost.
    """

    person: str
    items: tuple[Item, ...]
    contact: Words
    template: str
    template_version: int
    body: Words
    requested_at: datetime
    sent_at: datetime
    tries: int
    possible_duplicate: bool
    provider_id: Words | None = None


@event("message.failed")
class MessageFailed:
    """A mail to a person was given up. It can be tried again, which makes another record."""

    person: str
    items: tuple[Item, ...]
    contact: Words
    template: str
    template_version: int
    body: Words
    requested_at: datetime
    failed_at: datetime
    tries: int
    possible_duplicate: bool
    reason: Words


@event("message.withheld")
class MessageWithheld:
    """A person was not told after all, and nothing left the house."""

    person: str
    incident: str
    entry: int
    concern: Concern
    reason: WhyWithheld
    requested_at: datetime


MessageEvent = MessageSent | MessageFailed | MessageWithheld
