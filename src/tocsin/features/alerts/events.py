"""What can have happened to a source, to an alert by people, and to what monitors sent.

An event is in the past tense and holds only what was learnt at that moment. Names and meanings are
kept for ever. What monitors say is no event: it is a signal, and a root over its bodies stands here.
"""

from datetime import datetime

from tocsin.features.alerts.terms import USUAL_RATE, Actionability, SourceKind
from tocsin.ledger.event import event
from tocsin.ledger.words import Words


@event("source.created")
class SourceCreated:
    """Somebody let a monitor send signals: `rate` a second. Of its key only the SHA-256 is kept."""

    name: str
    kind: SourceKind
    key_digest: str
    peer_url: str | None = None
    rate: int = USUAL_RATE


@event("source.key_replaced")
class SourceKeyReplaced:
    """The source got another key; the one before opens nothing any more."""

    key_digest: str


@event("source.changed")
class SourceChanged:
    """The source is called otherwise, its peer is elsewhere, or it may send more or less."""

    name: str
    peer_url: str | None
    rate: int


@event("source.retired")
class SourceRetired:
    """The source may send nothing any more."""


SourceEvent = SourceCreated | SourceKeyReplaced | SourceChanged | SourceRetired


@event("alert.closed")
class AlertClosed:
    """A person said that an alert is over, and whether there was anything to do."""

    actionability: Actionability
    reason: Words | None = None


@event("signals.received")
class SignalsReceived:
    """So many bodies were received and kept from `since` to `until`, as this root proves.

    It is the RFC 6962 root over the SHA-256 digests of the bodies, in the order they were kept.
    """

    count: int
    root: str
    since: datetime
    until: datetime


@event("signals.dead_letter_replayed")
class DeadLetterReplayed:
    """What could not be read when it came was read after all."""

    letter: str


AlertEvent = AlertClosed
SignalEvent = SignalsReceived | DeadLetterReplayed
