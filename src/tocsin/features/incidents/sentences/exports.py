"""How it reads that a list was exported."""

from tocsin.features.incidents.events.exports import ListExported
from tocsin.ledger.sentence import Person, Sentence, Value, say


def of_list(event: ListExported, actor: str) -> Sentence:
    """Say what was taken away, without what stood in it."""
    who, sort = Person(actor), Value(event.format.upper())
    if event.rows == 1:
        return say(who, " exported 1 incident as ", sort, ": ", event.query)
    return say(who, " exported ", event.rows, " incidents as ", sort, ": ", event.query)
