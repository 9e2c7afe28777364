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
from tocsin.foundation.phrase import term
from tocsin.ledger.sentence import NOTHING, At, Link, Person, Sentence, Value, say


def of_source(event: SourceEvent, actor: str) -> Sentence:
    """Say what happened to a source."""
    who = Person(actor)
    match event:
        case SourceCreated():
            return say(who, " let ", Value(event.name), " (", Value(event.kind), ") send alerts.")
        case SourceKeyReplaced():
            return say(who, " replaced the key of the source.")
        case SourceChanged():
            name, rate = Value(event.name), Value(f"{event.rate:,}")
            peer = say(", peer ", Value(event.peer_url)) if event.peer_url else NOTHING
            return say(who, " set: ", name, ", ", rate, " signals a second", peer, ".")
        case SourceRetired():
            return say(who, " retired the source: it may send nothing any more.")
        case _:
            assert_never(event)


def of_alert(event: AlertEvent, actor: str) -> Sentence:
    """Say what a person did to an alert."""
    match event:
        case AlertClosed():
            reason = NOTHING if event.reason is None else say(" ", event.reason)
            was = term(event.actionability)
            return say(Person(actor), " closed the alert (", was, ").", reason)
        case _:
            assert_never(event)


def of_signals(event: SignalEvent, actor: str) -> Sentence:
    """Say what was received."""
    match event:
        case SignalsReceived():
            return say(
                Value(f"{event.count:,}"),
                " messages of monitors were received and kept from ",
                At(event.since),
                " to ",
                At(event.until),
                ".",
            )
        case DeadLetterReplayed():
            return say(Person(actor), " replayed ", Link("dead_letter", event.letter), ".")
        case _:
            assert_never(event)
