"""How each event about silences at a peer reads to people."""

from typing import assert_never

from tocsin.features.mirroring.events import (
    Asked,
    DriftSeen,
    Ended,
    Failed,
    Held,
    LiftAsked,
    LiftFailed,
    MirrorEvent,
    PeerSilenceChanged,
    PeerSilenceEnded,
    PeerSilenceEvent,
    PeerSilenceSeen,
    RecoverySeen,
)
from tocsin.features.silences.rules.matchers import written
from tocsin.features.silences.terms import Matcher
from tocsin.foundation.phrase import term
from tocsin.ledger.sentence import At, Link, Person, Sentence, Value, say


def sentence(event: MirrorEvent, actor: str) -> Sentence:
    """Say what happened to a silence of ours at the monitor."""
    who = Person(actor)
    match event:
        case Asked():
            alert, end = Link("alert", event.alert), At(event.ends_at)
            if event.silence is None:
                return say(who, " asked the monitor to silence ", alert, " until ", end, ".")
            return say(who, " renewed there ", alert, " until ", end, ".")
        case Held():
            return say("The monitor is silent about it until ", At(event.ends_at), ".")
        case Failed():
            return say("The monitor could not be brought to be silent: ", event.reason)
        case LiftAsked():
            return say(who, " asked the monitor to end the silence.")
        case LiftFailed():
            return say("The monitor could not be brought to end the silence: ", event.reason)
        case Ended():
            return say("The silence at the monitor is no more: it was ", term(event.why), ".")
        case DriftSeen():
            drift, end = term(event.drift), At(event.ends_at)
            return say(
                "The silence at the monitor was ", drift, ", not by us; its end is ", end, "."
            )
        case _:
            assert_never(event)


def peer_sentence(event: PeerSilenceEvent, actor: str) -> Sentence:  # noqa: ARG001 - only the peer acts
    """Say what somebody did at the monitor."""
    match event:
        case PeerSilenceSeen():
            by, which, end = event.created_by, _which(event.matchers), At(event.ends_at)
            return say(by, " silenced ", which, " there until ", end, ": ", event.comment)
        case PeerSilenceChanged():
            by, which, end = event.created_by, _which(event.matchers), At(event.ends_at)
            what = event.comment
            return say(by, " changed a silence there: ", which, " until ", end, ": ", what)
        case PeerSilenceEnded():
            return say("A silence at the monitor ended at ", At(event.ended_at), ".")
        case _:
            assert_never(event)


def recovery_sentence(event: RecoverySeen, actor: str) -> Sentence:
    """Say that the monitor does not know alerts any more."""
    who, count = Person(actor), len(event.alerts)
    if count == 1:
        return say(who, " asked the monitor, by which an alert is over.")
    return say(who, " asked the monitor, by which ", count, " alerts are over.")


def _which(matchers: tuple[Matcher, ...]) -> Value:
    return Value(", ".join(written(matcher) for matcher in matchers))
