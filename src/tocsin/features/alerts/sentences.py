"""How each event about a source, an alert or signals reads to people. One sentence per event."""

from typing import assert_never

from tocsin.features.alerts.events import (
    AlertClosed,
    AlertEvent,
    DeadLetterReplayed,
    SignalEvent,
    SignalsReceived,
    SourceChanged,
    SourceCreated,
    SourceEvent,
    SourceKeyReplaced,
    SourceRetired,
)
from tocsin.ledger.sentence import At, Link, Person, Sentence, say


def of_source(event: SourceEvent, actor: str) -> Sentence:
    """Say what happened to a source."""
    who = Person(actor)
    match event:
        case SourceCreated():
            return say(who, f" let {event.name} ({event.kind}) send alerts.")
        case SourceKeyReplaced():
            return say(who, " replaced the key of the source.")
        case SourceChanged():
            peer = f", peer {event.peer_url}" if event.peer_url else ""
            return say(who, f" set: {event.name}, {event.rate:,} signals a second{peer}.")
        case SourceRetired():
            return say(who, " retired the source: it may send nothing any more.")
        case _:
            assert_never(event)


def of_alert(event: AlertEvent, actor: str) -> Sentence:
    """Say what a person did to an alert."""
    match event:
        case AlertClosed():
            said = event.actionability.value.replace("_", " ")
            reason = () if event.reason is None else (" ", event.reason)
            return say(Person(actor), f" closed the alert ({said}).", *reason)
        case _:
            assert_never(event)


def of_signals(event: SignalEvent, actor: str) -> Sentence:
    """Say what was received."""
    match event:
        case SignalsReceived():
            return say(
                f"{event.count:,} messages of monitors were received and kept from ",
                At(event.since),
                " to ",
                At(event.until),
                ".",
            )
        case DeadLetterReplayed():
            return say(Person(actor), " replayed ", Link("dead_letter", event.letter), ".")
        case _:
            assert_never(event)
