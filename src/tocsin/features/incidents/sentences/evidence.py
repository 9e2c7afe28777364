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
from tocsin.foundation.phrase import phrase, term
from tocsin.foundation.sizes import sized
from tocsin.ledger.sentence import Person, Sentence, say

KINDS = {
    EvidenceKind.FILE: phrase("file"),
    EvidenceKind.CHAT: phrase("chat excerpt"),
    EvidenceKind.LOG: phrase("log excerpt"),
}


def evidence(event: EvidenceEvent, who: Person) -> Sentence:
    """What happened to a file."""
    match event:
        case EvidenceAttached():
            return _attached(event, who)
        case EvidenceCleared():
            return say(who, " had a file scanned that waited for it, and found nothing in it.")
        case EvidenceRefused():
            return say(who, " did not keep ", event.name, ": the scanner found ", event.finding)
        case EvidenceWithdrawn():
            return say(who, " withdrew a file; its bytes were destroyed: ", event.reason)
        case _:
            assert_never(event)


def _attached(event: EvidenceAttached, who: Person) -> Sentence:
    name, said = event.name, why(event.description)
    what = phrase(
        "%(kind)s, %(size)s, %(data_class)s",
        kind=KINDS[event.kind],
        size=sized(event.size),
        data_class=term(event.data_class),
    )
    if event.is_scanned is False:
        return say(who, " attached ", name, " (", what, "), not scanned yet.", said)
    return say(who, " attached ", name, " (", what, ").", said)
