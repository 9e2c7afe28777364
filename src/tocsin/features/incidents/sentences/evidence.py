"""How what happens to files reads."""

from typing import assert_never

from tocsin.features.incidents.events import (
    EvidenceAttached,
    EvidenceCleared,
    EvidenceEvent,
    EvidenceRefused,
    EvidenceWithdrawn,
)
from tocsin.features.incidents.sentences.reasons import why
from tocsin.features.incidents.terms import EvidenceKind
from tocsin.foundation.sizes import sized
from tocsin.ledger.sentence import Person, Sentence, say

KINDS = {
    EvidenceKind.FILE: "file",
    EvidenceKind.CHAT: "chat excerpt",
    EvidenceKind.LOG: "log excerpt",
}


def evidence(event: EvidenceEvent, who: Person) -> Sentence:
    """What happened to a file."""
    match event:
        case EvidenceAttached():
            what = f" ({KINDS[event.kind]}, {sized(event.size)}, {event.data_class})"
            waits = ", not scanned yet" if event.is_scanned is False else ""
            return say(who, " attached ", event.name, f"{what}{waits}.", *why(event.description))
        case EvidenceCleared():
            return say(who, " had a file scanned that waited for it, and found nothing in it.")
        case EvidenceRefused():
            return say(who, " did not keep ", event.name, ": the scanner found ", event.finding)
        case EvidenceWithdrawn():
            return say(who, " withdrew a file; its bytes were destroyed: ", event.reason)
        case _:
            assert_never(event)
