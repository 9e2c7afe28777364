"""Makes a mail of what is due for a person, and keeps what became of it.

Several things that are due together are one mail. Whether each may be told is asked when the mail is
made and before every attempt; what may not be told any more is taken out, with the reason.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.alerts.rows.sources import names_of
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.sentences import sentence
from tocsin.features.messages import rows
from tocsin.features.messages.commands.turning_off import headers, link
from tocsin.features.messages.events import MessageFailed, MessageSent, MessageWithheld
from tocsin.features.messages.rules import wording
from tocsin.features.messages.rules.wording import Reading, Told
from tocsin.features.messages.terms import Item, Message, MessageState, WhyWithheld
from tocsin.features.people.rows import PERSON
from tocsin.foundation.identifiers import new_id
from tocsin.ledger import due
from tocsin.ledger.due import Claimed
from tocsin.ledger.sentence import Person as Somebody
from tocsin.ledger.words import Text, shown
from tocsin.outbox.call import MailCall, Outcome

PURPOSE: Final = "message"
"""What the outbox knows these mails as."""

MOST_IN_A_MAIL: Final = 100
"""Of what is due together; the rest is a mail of its own."""


def deliver(address: str) -> Callable[[UnitOfWork, dict[str, Any]], None]:
    """Sends what is due for a person. `address` is where people find Tocsin."""

    def fire(work: UnitOfWork, facts: dict[str, Any]) -> None:
        with work.change(Permission.RUN) as change:
            _send(work, change, facts["person"], address)

    return fire


def _send(work: UnitOfWork, change: WorkChange, person: str, address: str) -> None:
    """Hand a mail with all that is due to the outbox, and withhold what may not be told."""
    its = rows.waiting(change.rows, person, change.now)
    found = {message.id: rows.in_the_way(change.rows, message) for message in its}
    for message in its:
        if (reason := found[message.id]) is not None:
            _withhold(change, message, reason)
    going = [message for message in its if found[message.id] is None]
    for start in range(0, len(going), MOST_IN_A_MAIL):
        some, mail = going[start : start + MOST_IN_A_MAIL], new_id(change.now)
        call = _mail(work, change, mail, some, address)
        rows.change(change.rows, [one.id for one in some], {"mail": mail})
        due.ask(change.rows, f"{PURPOSE}:{mail}", call, change.now)


def _withhold(change: WorkChange, message: Message, reason: WhyWithheld) -> None:
    ended = {"state": MessageState.WITHHELD.value, "reason": reason.value, "mail": None}
    rows.change(change.rows, [message.id], ended | {"ended_at": change.now})
    withheld = MessageWithheld(
        person=message.person,
        incident=message.incident,
        entry=message.entry,
        concern=message.concern,
        reason=reason,
        requested_at=message.queued_at,
    )
    change.note(f"message:{message.id}", withheld)


def _mail(
    work: UnitOfWork, change: WorkChange, mail: str, going: Sequence[Message], address: str
) -> MailCall:
    id_ = going[0].person
    person, told = change.load(PERSON, id_), _told(work, change, going)
    off = link(work.ledger.keys, address, id_, [one.concern for one in going])
    reading = Reading(
        zone=ZoneInfo(person.zone), called=_called(change, told), address=address, off=off
    )
    only = going[0].incident if len({one.incident for one in going}) == 1 else None
    return MailCall(
        to=shown(person.email),
        subject=wording.subject(told),
        text=wording.text(told, reading),
        receiver=f"mail:{id_}",
        message_id=f"<message-{mail}@tocsin.invalid>",
        in_reply_to=None if only is None else f"<incident-{only}@tocsin.invalid>",
        headers=headers(off),
        purpose=PURPOSE,
        facts={
            "mail": mail,
            "person": id_,
            "messages": [one.id for one in going],
            "incidents": sorted({one.incident for one in going}),
        },
    )


def _told(work: UnitOfWork, change: WorkChange, going: Sequence[Message]) -> list[Told]:
    entries = {one.seq: one for one in work.ledger.at(change.rows, [one.entry for one in going])}
    return [
        Told(
            concern=one.concern,
            incident=change.load(INCIDENT, one.incident),
            at=entries[one.entry].at,
            said=sentence(entries[one.entry].event, one.by),
        )
        for one in going
    ]


def _called(change: WorkChange, told: Sequence[Told]) -> dict[str, str]:
    ids = {part.id for one in told for part in one.said if isinstance(part, Somebody)}
    return names_of(change.rows, ids)


def told(work: UnitOfWork, claimed: Claimed, outcome: Outcome) -> None:
    """Keep the attempt; where it was the last, record for good that somebody was told, or was not."""
    facts = claimed.call.facts
    with work.change(Permission.RUN) as change:
        kept: dict[str, Any] = {"tries": claimed.tries, "last_word": outcome.word}
        if outcome.is_final:
            state = MessageState.SENT if outcome.was_taken else MessageState.FAILED
            kept |= {"state": state.value, "ended_at": outcome.at}
            its = rows.some(change.rows, facts["messages"])
            change.note(f"message:{facts['mail']}", _record(claimed, its, outcome))
        rows.change(change.rows, facts["messages"], kept)


def _record(
    claimed: Claimed, its: Sequence[Message], outcome: Outcome
) -> MessageSent | MessageFailed:
    call = claimed.call
    assert isinstance(call, MailCall), "people are told by mail"
    person = call.facts["person"]
    same: dict[str, Any] = {
        "person": person,
        "items": tuple(Item(one.id, one.incident, one.entry, one.concern) for one in its),
        "contact": Text(call.to, about=person),
        "template": wording.TEMPLATE,
        "template_version": wording.VERSION,
        "body": Text(kept_text(call), about=person),
        "requested_at": claimed.asked_at,
        "tries": claimed.tries,
        "possible_duplicate": claimed.may_have_arrived,
    }
    if not outcome.was_taken:
        return MessageFailed(failed_at=outcome.at, reason=Text(outcome.word), **same)
    receipt = None if outcome.receipt is None else Text(outcome.receipt)
    return MessageSent(sent_at=outcome.at, provider_id=receipt, **same)


def kept_text(call: MailCall) -> str:
    """A mail as the ledger keeps it: without the link that turns something off for its person."""
    head, _, token = call.headers["List-Unsubscribe"].strip("<>").rpartition("/")
    return f"{call.subject}\n\n{call.text}".replace(f"{head}/{token}", f"{head}/…")


def withheld(address: str) -> Callable[[UnitOfWork, Claimed], None]:
    """Takes out of a mail what may not be told any more, and makes another of what still may."""

    def take_back(work: UnitOfWork, claimed: Claimed) -> None:
        facts = claimed.call.facts
        with work.change(Permission.RUN) as change:
            again = {"mail": None, "state": MessageState.QUEUED.value, "ended_at": None}
            rows.change(change.rows, facts["messages"], again)
            _send(work, change, facts["person"], address)

    return take_back
