"""How a change of the configuration reads to people."""

from typing import assert_never

from tocsin.ledger.document import DocumentEvent, Retired, Rewritten, Written
from tocsin.ledger.sentence import Person, Sentence, say


def sentence(event: DocumentEvent, actor: str) -> Sentence:
    """Say what happened to a document, with the actor first."""
    who = Person(actor)
    match event:
        case Written():
            return say(who, " wrote it.")
        case Rewritten():
            return say(who, " wrote a new version of it.")
        case Retired():
            return say(who, " took it out of use.")
        case _:
            assert_never(event)
