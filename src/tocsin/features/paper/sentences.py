"""How it reads that a paper was made."""

from tocsin.features.paper.events import PaperMade
from tocsin.foundation.sizes import sized
from tocsin.ledger.sentence import Link, Person, Sentence, Value, say


def sentence(event: PaperMade, actor: str) -> Sentence:
    """Say who took what away, and by which digest it is known again."""
    about = Link("incident", event.incident)
    size, digest = Value(sized(event.size)), Value(event.sha256)
    return say(Person(actor), " made a PDF of ", about, " (", size, ", SHA-256 ", digest, ").")
