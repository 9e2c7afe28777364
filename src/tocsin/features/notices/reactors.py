"""What follows from events about incidents: messages to those who want to be told.

Nothing is said about a restricted incident: no subscriber is a person who may see it. That is asked
again before every attempt, so what was queued before a restriction is not sent after it. Nothing is
said either about a drill, a training or what was declared in retrospect.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.feature import Purpose
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Mode
from tocsin.features.notices import rows as kept
from tocsin.features.notices.commands import secret_of
from tocsin.features.notices.events import NoticeFailed, NoticeSent
from tocsin.features.notices.rows import SUBSCRIBER
from tocsin.features.notices.rules import happened, wording
from tocsin.features.notices.rules.wording import Notice
from tocsin.features.notices.state import Subscriber
from tocsin.features.notices.terms import Channel, Happening
from tocsin.foundation.identifiers import new_id
from tocsin.ledger.due import Claimed
from tocsin.ledger.entry import Entry
from tocsin.ledger.follow import Reactor
from tocsin.ledger.words import Text, shown
from tocsin.outbox.call import Call, HttpCall, MailCall, Outcome

PURPOSE: Final = "notice"


def telling(address: str) -> Reactor:
    """The reactor that tells subscribers. `address` is where people find Tocsin."""

    def react(entry: Entry, rows: Connection) -> Sequence[Call]:
        happening = happened.happening(entry.event)
        listening = {} if happening is None else kept.in_use(rows)
        found = INCIDENT.read(rows, entry.id) if listening else None
        if happening is None or found is None or not happened.is_for_outside(found[0]):
            return []
        notice = _notice(entry, happening, found[0], address)
        wanting = happened.wanting(listening, happening, notice.severity, entry.seq)
        return [call for id_, one in wanting.items() for call in _calls(notice, id_, one)]

    return Reactor("notices", happened.KINDS, react)


def _notice(entry: Entry, happening: Happening, incident: Incident, address: str) -> Notice:
    words = happened.words(entry.event)
    return Notice(
        incident=entry.id,
        version=entry.version,
        happening=happening,
        at=entry.at,
        reference=incident.reference,
        title=shown(incident.title),
        severity=incident.severity,
        phase=incident.phase.value,
        mode=incident.mode,
        url=f"{address}/incidents/{incident.reference}",
        words=None if words is None else shown(words),
    )


def _calls(notice: Notice, id_: str, subscriber: Subscriber) -> list[Call]:
    contacts = [contact.value for contact in subscriber.contacts if isinstance(contact, Text)]
    make = _request if subscriber.channel is Channel.WEBHOOK else _mail
    return [make(notice, id_, contact) for contact in contacts]


def _request(notice: Notice, subscriber: str, url: str) -> Call:
    return HttpCall(
        method="POST",
        url=url,
        receiver=f"webhook:{subscriber}",
        headers={"Content-Type": "application/json"},
        body=msgspec.json.encode(wording.payload(notice)),
        sign_with=secret_of(subscriber),
        purpose=PURPOSE,
        facts=_facts(notice, subscriber, Channel.WEBHOOK),
    )


def _mail(notice: Notice, subscriber: str, address: str) -> Call:
    own, root = wording.message_id(notice), wording.thread_id(notice.incident)
    return MailCall(
        to=address,
        subject=wording.subject(notice),
        text=wording.text(notice),
        receiver=f"mail:{subscriber}",
        message_id=own,
        in_reply_to=None if own == root else root,
        purpose=PURPOSE,
        facts=_facts(notice, subscriber, Channel.MAIL),
    )


def _facts(notice: Notice, subscriber: str, channel: Channel) -> dict[str, Any]:
    return {
        "incident": notice.incident,
        "subscriber": subscriber,
        "happening": notice.happening.value,
        "channel": channel.value,
        "mode": notice.mode.value,
        "template": wording.TEMPLATE,
        "template_version": wording.VERSION,
    }


def may_be_said(rows: Connection, claimed: Claimed) -> bool:
    """Whether the incident is still open to everybody, and the subscriber still wants to be told."""
    facts = claimed.call.facts
    incident = INCIDENT.read(rows, facts["incident"])
    subscriber = SUBSCRIBER.read(rows, facts["subscriber"])
    if incident is None or subscriber is None or subscriber[0].is_retired:
        return False
    is_for_outside = happened.is_for_outside(incident[0])
    return is_for_outside and _contact(claimed.call) in subscriber[0].contacts


def told(work: UnitOfWork, claimed: Claimed, outcome: Outcome) -> None:
    """Keep the attempt, and record for good that somebody was told, or could not be."""
    with work.change(Permission.RUN) as change:
        facts, id_ = claimed.call.facts, new_id(change.now)
        named = ("incident", "subscriber", "happening", "channel", "mode")
        attempt = {name: facts[name] for name in named}
        attempt |= {"id": id_, "at": outcome.at, "nth": claimed.tries, "status": outcome.status}
        attempt |= {"was_taken": outcome.was_taken, "is_final": outcome.is_final}
        kept.add_attempt(change.rows, attempt | {"word": outcome.word})
        if outcome.is_final:
            change.note(f"notice:{id_}", _record(claimed, outcome))


def _record(claimed: Claimed, outcome: Outcome) -> NoticeSent | NoticeFailed:
    facts = claimed.call.facts
    same: dict[str, Any] = {
        "purpose": PURPOSE,
        "incident": facts["incident"],
        "subscriber": facts["subscriber"],
        "channel": Channel(facts["channel"]),
        "contact": _contact(claimed.call),
        "template": facts["template"],
        "template_version": facts["template_version"],
        "body": Text(_body(claimed.call)),
        "mode": Mode(facts["mode"]),
        "requested_at": claimed.asked_at,
        "tries": claimed.tries,
        "possible_duplicate": claimed.may_have_arrived,
    }
    if not outcome.was_taken:
        return NoticeFailed(failed_at=outcome.at, reason=Text(outcome.word), **same)
    receipt = None if outcome.receipt is None else Text(outcome.receipt)
    return NoticeSent(sent_at=outcome.at, provider_id=receipt, **same)


def _contact(call: Call) -> Text:
    return Text(call.to if isinstance(call, MailCall) else call.url)


def _body(call: Call) -> str:
    if isinstance(call, MailCall):
        return f"{call.subject}\n\n{call.text}"
    return call.body.decode()


NOTICE: Final = Purpose(name=PURPOSE, may_be_said=may_be_said, told=told)
