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
from tocsin.ledger.sentence import At, Link, Person, Sentence, say


def sentence(event: MirrorEvent, actor: str) -> Sentence:
    """Say what happened to a silence of ours at the monitor."""
    who = Person(actor)
    match event:
        case Asked():
            what = " asked the monitor to silence " if event.silence is None else " renewed there "
            return say(who, what, Link("alert", event.alert), " until ", At(event.ends_at), ".")
        case Held():
            return say("The monitor is silent about it until ", At(event.ends_at), ".")
        case Failed():
            return say("The monitor could not be brought to be silent: ", event.reason)
        case LiftAsked():
            return say(who, " asked the monitor to end the silence.")
        case LiftFailed():
            return say("The monitor could not be brought to end the silence: ", event.reason)
        case Ended():
            return say(f"The silence at the monitor is no more: it was {event.why}.")
        case DriftSeen():
            what = f"The silence at the monitor was {event.drift}, not by us; its end is "
            return say(what, At(event.ends_at), ".")
        case _:
            assert_never(event)


def peer_sentence(event: PeerSilenceEvent, actor: str) -> Sentence:  # noqa: ARG001 - only the peer acts
    """Say what somebody did at the monitor."""
    match event:
        case PeerSilenceSeen():
            until = (" until ", At(event.ends_at), ": ", event.comment)
            return say(event.created_by, f" silenced {_which(event.matchers)} there", *until)
        case PeerSilenceChanged():
            until = (" until ", At(event.ends_at), ": ", event.comment)
            return say(
                event.created_by, f" changed a silence there: {_which(event.matchers)}", *until
            )
        case PeerSilenceEnded():
            return say("A silence at the monitor ended at ", At(event.ended_at), ".")
        case _:
            assert_never(event)


def recovery_sentence(event: RecoverySeen, actor: str) -> Sentence:
    """Say that the monitor does not know alerts any more."""
    count = len(event.alerts)
    which = "an alert is" if count == 1 else f"{count} alerts are"
    return say(Person(actor), f" asked the monitor, by which {which} over.")


def _which(matchers: tuple[Matcher, ...]) -> str:
    return ", ".join(written(matcher) for matcher in matchers)
