"""Sessions: who is behind a cookie, and how a session ends. One that ended opens nothing from then on."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tocsin.access.policy import TOCSIN, Actor, Audience, Permission, Role, holding
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.people.events import SessionEnded
from tocsin.features.people.rows import sessions, tries
from tocsin.features.people.rows.audiences import audiences_of
from tocsin.features.people.rows.sessions import OpenSession, SessionRow
from tocsin.features.people.rules import secret as secrets_
from tocsin.features.people.terms import WhyEnded
from tocsin.foundation.refusal import Refused
from tocsin.ledger.change import Change
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.storage.lanes import Lane

IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
SEEN_EVERY: Final = timedelta(minutes=1)
AT_ONCE: Final = 200
ONESELF: Final = "me"
"""Whoever asks, in the place of a person's id."""

PREFIX: Final = "tss"
"""What a cookie's secret begins with."""

OWN: Final = Permission.SEE_PEOPLE
"""What everybody holds who may sign in: it opens one's own account, and no other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An open session: who acts, and what of their person a page needs."""

    id: str
    actor: Actor
    person: str
    csrf: str
    role: Role
    name: str
    zone: str
    language: str
    theme: str
    single_keys: bool
    keys: Mapping[str, str]


def actor_of_session(ledger: Ledger, secret: str) -> Session:
    """Whose cookie this is. Refuses `not_signed_in` alike for every reason."""
    now = ledger.clock()
    with ledger.read() as rows:
        found = sessions.open_by_digest(rows, secrets_.digest(secret), now)
        audiences = frozenset[Audience]() if found is None else audiences_of(rows, found.person)
    if found is None:
        raise not_signed_in()
    if now - found.seen_at >= SEEN_EVERY:
        _remember(ledger, found.id, now)
    return _session(found, secret, audiences)


def not_signed_in() -> Refused:
    """The refusal for whoever shows no valid key."""
    return Refused("not_signed_in", "Sign in first.")


def _remember(ledger: Ledger, id_: str, now: datetime) -> None:
    # A full disk stops writing, not reading: the session just counts as idle a little sooner.
    with suppress(Refused), ledger.database.write(Lane.PEOPLE) as rows:
        sessions.seen(rows, id_, now, now + IDLE)


def _session(found: OpenSession, secret: str, audiences: frozenset[Audience]) -> Session:
    role = Role(found.role)
    by = By(id=found.person, kind="person", session=found.id)
    return Session(
        id=found.id,
        actor=holding(role, by, found.person, audiences),
        person=found.person,
        csrf=secrets_.csrf(secret),
        role=role,
        name=found.name,
        zone=found.zone,
        language=found.language,
        theme=found.theme,
        single_keys=found.single_keys,
        keys=found.keys,
    )


def sign_out(work: UnitOfWork) -> None:
    """End the session that asks."""
    with work.change(OWN) as change:
        mine = sessions.of_person(change.rows, own(work.actor))
        here = [one for one in mine if one.id == work.actor.by.session]
        end_in(change, here, WhyEnded.SIGNED_OUT)


def own_sessions(work: UnitOfWork) -> list[SessionRow]:
    """The open sessions of whoever asks, the newest first."""
    with work.look(OWN) as look:
        now = work.ledger.clock()
        mine = sessions.of_person(look.rows, own(work.actor))
        return [one for one in mine if one.idle_ends_at > now and one.ends_at > now]


def end_session(work: UnitOfWork, session: str) -> None:
    """End one's own session, wherever it is. Refuses `unknown_session`, also for others' sessions."""
    with work.change(OWN) as change:
        mine = sessions.of_person(change.rows, own(work.actor))
        named = [one for one in mine if one.id == session]
        if not named:
            raise Refused("unknown_session", "There is no such session. It may have ended.")
        end_in(change, named, WhyEnded.ENDED_BY_OWNER)


def end_sessions_of(work: UnitOfWork, person: str) -> int:
    """End every session of a person, and answer how many there were."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        theirs = sessions.of_person(change.rows, person)
        end_in(change, theirs, WhyEnded.ENDED_BY_ADMIN)
        return len(theirs)


def end_expired(ledger: Ledger) -> bool:
    """End the sessions whose time is over, and say so in the ledger. Whether more are waiting."""
    now = ledger.clock()
    with ledger.read() as rows:
        over = sessions.expired(rows, now, AT_ONCE)
        stale = tries.has_old(rows, now)
    if not over and not stale:
        return False
    with ledger.change(TOCSIN.by, Lane.MACHINES) as change:
        tries.forget_old(change.rows, change.now)
        end_in(change, sessions.expired(change.rows, now, AT_ONCE), WhyEnded.EXPIRED)
    return len(over) == AT_ONCE


def end_restored(change: Change) -> None:
    """End every session that a backup brought: some were ended since, and nobody knows which."""
    end_in(change, sessions.everybodys(change.rows), WhyEnded.RESTORED)


def own(actor: Actor) -> str:
    """The person who acts. Refuses `not_a_person` for tokens and the host."""
    if actor.person is None:
        raise Refused("not_a_person", "Only a person has an account. Sign in as one.")
    return actor.person


def whose(actor: Actor, person: str) -> tuple[str, Permission]:
    """Whose account is meant, by id or as `me`, and what one must hold to ask for it.

    Refuses `not_a_person` where what is no person asks for its own.
    """
    id_ = own(actor) if person == ONESELF else person
    return id_, OWN if id_ == actor.person else Permission.MANAGE_PEOPLE


def end_in(change: Change | WorkChange, ended: Sequence[SessionRow], reason: WhyEnded) -> None:
    """End sessions within a change under way."""
    for session in ended:
        change.note(f"session:{session.id}", SessionEnded(person=session.person, reason=reason))
    sessions.end(change.rows, [session.id for session in ended])
