"""What can be asked about notices: who is told, what was tried, what was given up, and trying again."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork, WorkChange
from tocsin.features.incidents.port import Effect, Foreseen, Prospect
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.notices import lifecycle, rows
from tocsin.features.notices.events import SubscriberAdded
from tocsin.features.notices.rows import SUBSCRIBER, AttemptRow
from tocsin.features.notices.rules import happened
from tocsin.features.notices.state import Subscriber
from tocsin.features.notices.terms import Channel, Happening
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import Phrase, phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger import dead, vault
from tocsin.ledger.dead import Dead
from tocsin.outbox.signing import new_signing_secret

EVERYTHING = tuple(Happening)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A subscriber that was added. The secret that signs what they get is shown this once."""

    id: str
    name: str
    secret: str | None = None


def add_webhook(
    work: UnitOfWork,
    name: str,
    url: str,
    *,
    happenings: Sequence[Happening] = EVERYTHING,
    minimum_severity: int = 4,
) -> Added:
    """Tell a system, by signed requests (Standard Webhooks)."""
    with work.change(Permission.MANAGE_SETTINGS) as change:
        event = lifecycle.add_webhook(name, url, happenings, minimum_severity)
        if change.earlier is not None:
            return Added(id=change.earlier, name=event.name)
        id_ = _added(change, event)
        secret = new_signing_secret()
        vault.keep(change.rows, work.ledger.keys, secret_of(id_), secret, change.now)
        return Added(id=id_, name=event.name, secret=secret)


def add_mail_list(
    work: UnitOfWork,
    name: str,
    addresses: Sequence[str],
    *,
    happenings: Sequence[Happening] = EVERYTHING,
    minimum_severity: int = 4,
) -> Added:
    """Tell people by mail, each on their own."""
    with work.change(Permission.MANAGE_SETTINGS) as change:
        event = lifecycle.add_mail_list(name, addresses, happenings, minimum_severity)
        if change.earlier is not None:
            return Added(id=change.earlier, name=event.name)
        return Added(id=_added(change, event), name=event.name)


def _added(change: WorkChange, event: SubscriberAdded) -> str:
    if rows.id_of(change.rows, event.name) is not None:
        raise Refused(
            "name_taken", phrase("There is a subscriber called %(name)s already.", name=event.name)
        )
    id_ = new_id(change.now)
    change.record(SUBSCRIBER, id_, [event])
    change.concerns(id_)
    return id_


def retire(work: UnitOfWork, id_: str) -> None:
    """Tell a subscriber nothing any more; what waits for them is not sent.

    Refuses `unknown_subscriber`, `already_retired`.
    """
    with work.change(Permission.MANAGE_SETTINGS) as change:
        if change.earlier is not None:
            return
        change.record(SUBSCRIBER, id_, lifecycle.retire(change.load(SUBSCRIBER, id_)))
        vault.forget(change.rows, secret_of(id_))
        change.concerns(id_)


def foresee(look: Look, prospect: Prospect) -> Sequence[Foreseen]:
    """Who would be told that an incident is declared: by name and channel, never by address."""
    if not happened.may_be_told(prospect.mode, is_restricted=prospect.is_restricted):
        return [_told(_untold(prospect))]
    listening = rows.in_use(look.rows)
    told = happened.wanting(listening, Happening.DECLARED, prospect.severity, sys.maxsize)
    if not told:
        return [_told(phrase("Nobody outside is told: no subscriber wants it"))]
    return [_told(_reached(one)) for one in told.values()]


def _untold(prospect: Prospect) -> Phrase:
    if prospect.is_restricted:
        return phrase("Nobody outside is told: it is restricted")
    mode = phrase(prospect.mode.value)
    return phrase("Nobody outside is told: it is %(mode)s, not live", mode=mode)


def _reached(one: Subscriber) -> Phrase:
    return phrase(
        "%(name)s is told by %(channel)s", name=one.name, channel=phrase(one.channel.value)
    )


def _told(text: Phrase) -> Foreseen:
    return Foreseen(effect=Effect.TOLD, text=text)


def subscribers(work: UnitOfWork, channel: Channel | None = None) -> dict[str, Subscriber]:
    """Everybody who is told something, by id."""
    with work.look(Permission.MANAGE_SETTINGS) as look:
        found = rows.in_use(look.rows)
    return {id_: one for id_, one in found.items() if channel in (None, one.channel)}


def attempts(
    work: UnitOfWork, *, incident: str | None = None, after: str | None = None, limit: int = 50
) -> Sequence[AttemptRow]:
    """What was tried, newest first. `incident` is a reference, `after` the last id before."""
    with work.look(Permission.SEE_INCIDENTS) as look:
        return rows.attempts(look, incident=incident, after=after, limit=limit)


def dead_letters(work: UnitOfWork, *, after: str | None = None, limit: int = 50) -> list[Dead]:
    """What was given up, newest first, without what is about incidents the actor may not see."""
    with work.look(Permission.MANAGE_SETTINGS) as look:
        seen: list[Dead] = []
        while page := dead.listed(look.rows, after=after, limit=limit):
            seen += [letter for letter in page if _may_see(look, letter)]
            if len(seen) >= limit:
                break
            after = page[-1].id
        return seen[:limit]


def replay(work: UnitOfWork, id_: str) -> None:
    """Try again at once what was given up. Refuses `unknown_dead_letter`."""
    with work.change(Permission.MANAGE_SETTINGS) as change:
        if change.earlier is not None:
            return
        if not _may_see(change, dead.one(change.rows, id_)):
            raise dead.unknown()
        dead.replay(change.rows, id_, change.now)
        change.concerns(id_)
    work.ledger.tell()


def secret_of(subscriber: str) -> str:
    """The name under which the vault has a subscriber's signing secret."""
    return f"webhook:{subscriber}"


def _may_see(where: Look | WorkChange, letter: Dead) -> bool:
    incident = letter.facts.get("incident")
    about: list[str] = letter.facts.get("incidents", [] if incident is None else [incident])
    try:
        for id_ in about:
            where.load_versioned(INCIDENT, id_)
    except Refused:
        return False
    return True
