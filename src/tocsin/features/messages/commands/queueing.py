"""From an entry that concerns people to messages that wait for their time."""

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.messages import rows
from tocsin.features.messages.rules.concerning import chosen
from tocsin.features.messages.rules.timing import due_at
from tocsin.features.messages.terms import Choices, Concern, Message, Way
from tocsin.features.people.rows import PERSON
from tocsin.foundation.identifiers import new_id
from tocsin.ledger import due
from tocsin.ledger.due import Timer

DELIVER: Final = "messages.deliver"
"""The timer that sends what is due for a person."""


def queue(work: UnitOfWork, facts: dict[str, Any]) -> None:
    """Keep a message for everybody whom an entry concerns and who wants to be told, once for each."""
    with work.change(Permission.RUN) as change:
        for person, several in facts["to"].items():
            concerns = [Concern(one) for one in several]
            if _was_told(change, facts["corrects"], person):
                concerns = [one for one in concerns if one is not Concern.MENTIONED]
            if concerns and not rows.is_known(change.rows, facts["entry"], person):
                _queue(change, facts, person, concerns)


def _was_told(change: WorkChange, corrected: int | None, person: str) -> bool:
    """Whoever is mentioned in a note is not told once more where the note is only put right."""
    return corrected is not None and rows.is_known(change.rows, corrected, person)


def _queue(change: WorkChange, facts: dict[str, Any], person: str, concerns: list[Concern]) -> None:
    choices = rows.choices_of(change.rows, person)
    concern, way = chosen(concerns, choices)
    if way is Way.NEVER:
        return
    message = Message(
        id=new_id(change.now),
        incident=facts["incident"],
        person=person,
        concern=concern,
        entry=facts["entry"],
        by=facts["by"],
        queued_at=change.now,
        due_at=_due(change, person, concern, choices),
    )
    rows.queue(change.rows, message)
    _wake(change, person, message.due_at)


def settle(change: WorkChange, message: Message) -> None:
    """Find the time of a message that waits anew: its person chose something else.

    What is due already is not put off.
    """
    choices = rows.choices_of(change.rows, message.person)
    at, is_due = change.now, message.due_at <= change.now
    if not is_due and choices.way(message.concern) is not Way.NEVER:
        at = _due(change, message.person, message.concern, choices)
    rows.move(change.rows, message.id, at)
    _wake(change, message.person, at)


def _due(change: WorkChange, person: str, concern: Concern, choices: Choices) -> datetime:
    zone = ZoneInfo(change.load(PERSON, person).zone)
    return due_at(concern, choices.way(concern), choices, zone=zone, now=change.now)


def _wake(change: WorkChange, person: str, at: datetime) -> None:
    """Have what is due for a person sent then: asked once for an instant that has not come yet."""
    key = f"{DELIVER}:{person}:{at.isoformat()}" if at > change.now else f"{DELIVER}:{new_id(at)}"
    due.ask(change.rows, key, Timer(name=DELIVER, at=at, facts={"person": person}), change.now)
