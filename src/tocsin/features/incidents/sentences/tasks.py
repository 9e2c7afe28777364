"""How tasks read."""

from typing import assert_never

from tocsin.features.incidents.events.tasks import (
    TaskAdded,
    TaskAssigned,
    TaskDone,
    TaskDropped,
    TaskDueChanged,
    TaskEvent,
    TaskReopened,
    TaskReworded,
)
from tocsin.features.incidents.sentences.reasons import why
from tocsin.ledger.sentence import NOTHING, At, Person, Sentence, say


def tasks(event: TaskEvent, who: Person) -> Sentence:
    """What is to be done, by whom, and what became of it."""
    match event:
        case TaskAdded(owner=owner, due=due):
            whose = NOTHING if owner is None else say(" for ", Person(owner))
            until = NOTHING if due is None else say(", due ", At(due))
            return say(who, " added the task ", event.title, whose, until, ".")
        case TaskAssigned(owner=owner):
            if owner is None:
                return say(who, " left the task ", event.title, " to nobody in particular.")
            return say(who, " gave the task ", event.title, " to ", Person(owner), ".")
        case TaskReworded():
            return say(who, " reworded the task ", event.was, " as ", event.title, ".")
        case TaskDueChanged():
            return _due(event, who)
        case TaskDone():
            return say(who, " ticked off the task ", event.title, ".")
        case TaskReopened():
            return say(who, " reopened the task ", event.title, ".")
        case TaskDropped():
            return say(who, " dropped the task ", event.title, ".", why(event.reason))
        case _:
            assert_never(event)


def _due(event: TaskDueChanged, who: Person) -> Sentence:
    if event.due is None:
        return say(who, " took the due time from the task ", event.title, ".")
    return say(who, " made the task ", event.title, " due ", At(event.due), ".")
