"""What can have happened to subscribers and to the notices they get.

Addresses are words: they may be a person's, and can be erased. What was said is kept as it was said.
"""

from datetime import datetime

from tocsin.features.incidents.terms import Mode
from tocsin.features.notices.terms import Channel, Happening
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("subscriber.added")
class SubscriberAdded:
    """Somebody outside is told about incidents from now on. `contacts` are URLs or mail addresses."""

    name: str
    channel: Channel
    contacts: tuple[Words, ...]
    happenings: tuple[Happening, ...]
    minimum_severity: int


@event("subscriber.retired")
class SubscriberRetired:
    """They are told nothing any more."""


@event("notice.sent")
class NoticeSent:
    """A message was handed over (records.md, 3). `tries` counts the attempts, the last included.

    `possible_duplicate` says that an earlier attempt may have arrived too: its answer was lost.
    """

    purpose: str
    incident: str
    subscriber: str
    channel: Channel
    contact: Words
    template: str
    template_version: int
    body: Words
    mode: Mode
    requested_at: datetime
    sent_at: datetime
    tries: int
    possible_duplicate: bool
    provider_id: Words | None = None
    person: str | None = None


@event("notice.failed")
class NoticeFailed:
    """A message was given up. It can be replayed, which makes another record.

    `possible_duplicate` says that an earlier attempt may have arrived after all.
    """

    purpose: str
    incident: str
    subscriber: str
    channel: Channel
    contact: Words
    template: str
    template_version: int
    body: Words
    mode: Mode
    requested_at: datetime
    failed_at: datetime
    tries: int
    possible_duplicate: bool
    reason: Words
    person: str | None = None


SubscriberEvent = SubscriberAdded | SubscriberRetired
NoticeEvent = NoticeSent | NoticeFailed
