"""What people prove themselves with: passwords and second factors, their own and, for admins, others'.

Changing one's own takes the password once more, so that an open screen is not enough.
"""

from dataclasses import dataclass, field

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.people import lifecycle
from tocsin.features.people.commands.sessions import OWN, end_in, own
from tocsin.features.people.commands.trying import account, too_many
from tocsin.features.people.events import PasswordSet
from tocsin.features.people.rows import credentials, sessions, tries
from tocsin.features.people.rows.people import PERSON, person_by_id
from tocsin.features.people.rules import password, second_factor, throttle
from tocsin.features.people.terms import WhyEnded
from tocsin.foundation.refusal import Refused
from tocsin.ledger import vault
from tocsin.ledger.words import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What a person puts into their authenticator app, shown once."""

    key: str = field(repr=False)
    address: str = field(repr=False)


def set_password(work: UnitOfWork, *, old: str, new: str) -> None:
    """Give oneself another password. Every other session of one's own ends."""
    _prove(work, old)
    person = own(work.actor)
    hashed = _accepted(work, person, new, OWN)
    with work.change(OWN) as change:
        theirs = sessions.of_person(change.rows, person)
        others = [one for one in theirs if one.id != work.actor.by.session]
        _set(change, person, hashed)
        end_in(change, others, WhyEnded.PASSWORD_CHANGED)


def give_password(work: UnitOfWork, person: str, new: str) -> None:
    """Give a person a new password where they lost theirs. All their sessions end."""
    hashed = _accepted(work, person, new, Permission.MANAGE_PEOPLE)
    with work.change(Permission.MANAGE_PEOPLE) as change:
        _set(change, person, hashed)
        end_in(change, sessions.of_person(change.rows, person), WhyEnded.PASSWORD_CHANGED)


def begin_second_factor(work: UnitOfWork, typed: str) -> Enrolment:
    """Offer a new key for one's authenticator app. It counts once a code of it was given."""
    _prove(work, typed)
    key = second_factor.new_key()
    with work.change(OWN) as change:
        id_ = own(work.actor)
        person = change.load(PERSON, id_)
        sealed = vault.sealed(work.ledger.keys, second_factor.USE, key, id_)
        credentials.change(change.rows, id_, second_factor_offered=sealed)
    return Enrolment(key=key, address=second_factor.address(key, shown(person.email)))


def confirm_second_factor(work: UnitOfWork, code: str) -> None:
    """Take the offered key into use, by its first code. Refuses `nothing_offered`, `wrong_code`."""
    with work.change(OWN) as change:
        id_ = own(work.actor)
        kept = credentials.of_person(change.rows, id_)
        if kept.second_factor_offered is None:
            raise Refused("nothing_offered", "Ask for a new key first.")
        offered = kept.second_factor_offered
        key = vault.opened(work.ledger.keys, second_factor.USE, offered, id_)
        step = second_factor.step_of(key, code, change.now, 0)
        if step is None:
            raise Refused("wrong_code", "This code is not right. Wait for the next one.")
        change.record(PERSON, id_, lifecycle.enrol_second_factor(change.load(PERSON, id_)))
        credentials.change(
            change.rows,
            id_,
            second_factor=offered,
            second_factor_offered=None,
            last_step=step,
        )


def remove_second_factor(work: UnitOfWork, typed: str) -> None:
    """Sign in with the password alone from now on."""
    _prove(work, typed)
    with work.change(OWN) as change:
        _remove(change, own(work.actor))


def take_second_factor(work: UnitOfWork, person: str) -> None:
    """Let a person who lost their device in with the password alone."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        _remove(change, person)


def _remove(change: WorkChange, person: str) -> None:
    events = lifecycle.remove_second_factor(change.load(PERSON, person))
    if events:
        change.record(PERSON, person, events)
    nothing: dict[str, object] = {"second_factor": None, "second_factor_offered": None}
    credentials.change(change.rows, person, **nothing)


def _accepted(work: UnitOfWork, id_: str, new: str, permission: Permission) -> str:
    """A good password's hash, made before the ledger is asked to wait for it."""
    with work.look(permission) as look:
        person = look.load_versioned(PERSON, id_)[0]
    password.must_be_good(new, email=shown(person.email), name=shown(person.name))
    return password.hashed(new)


def _set(change: WorkChange, person: str, hashed: str) -> None:
    change.record(PERSON, person, [PasswordSet()])
    credentials.change(change.rows, person, password_hash=hashed)


def _prove(work: UnitOfWork, typed: str) -> None:
    """Refuse `wrong_password` unless the actor's own password was typed; counted as at the door."""
    id_ = own(work.actor)
    with work.look(OWN) as look:
        row = person_by_id(look.rows, id_)
        kept = credentials.of_person(look.rows, id_)
    subject = account(work.ledger, (row and row.email) or id_)
    counted = {subject: throttle.ALLOWED_FOR_ACCOUNT}
    is_right = password.is_right(kept.password_hash, typed)
    with work.change(OWN) as change:
        seconds = tries.seconds_to_wait(change.rows, counted, change.now)
        if not seconds and not is_right:
            tries.failed(change.rows, counted, change.now)
    if seconds:
        raise too_many(seconds)
    if not is_right:
        raise Refused("wrong_password", "This is not your password.")
