"""How it reads that a list was exported."""

from tocsin.features.incidents.events.exports import ListExported
from tocsin.ledger.sentence import Person, Sentence, say


def of_list(event: ListExported, actor: str) -> Sentence:
    """Say what was taken away, without what stood in it."""
    several = "1 incident" if event.rows == 1 else f"{event.rows} incidents"
    return say(Person(actor), f" exported {several} as {event.format.upper()}: ", event.query)
