"""People: added, named, given roles, let in and not."""

from dataclasses import dataclass
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from tocsin.access.policy import Permission, Role
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.people import lifecycle, rows
from tocsin.features.people.commands.sessions import OWN, end_in, own
from tocsin.features.people.commands.teams import join_in
from tocsin.features.people.events import Added, PasswordSet, PersonEvent
from tocsin.features.people.rows import PERSON, PersonRow, credentials, sessions
from tocsin.features.people.rows import people as person_rows
from tocsin.features.people.rows import teams as team_rows
from tocsin.features.people.rules import password as passwords
from tocsin.features.people.state import Person
from tocsin.features.people.terms import Theme, WhyEnded
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text
from tocsin.web.languages import LANGUAGES

LONGEST_EMAIL: Final = 254
LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What people choose for themselves. What is None stays as it is."""

    name: str | None = None
    zone: str | None = None
    language: str | None = None
    theme: str | None = None
    single_keys: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Whoever asks, as they are known here. `person` is None for what is not a person."""

    id: str
    kind: str
    name: str
    may: tuple[str, ...]
    person: PersonRow | None
    teams: tuple[str, ...]
    audiences: tuple[str, ...]


def people(work: UnitOfWork, *, after: str | None = None, limit: int = 50) -> list[PersonRow]:
    """The people after an id, in the order in which they were added."""
    with work.look(Permission.SEE_PEOPLE) as look:
        return rows.listed(look.rows, after=after, limit=limit)


def me(work: UnitOfWork) -> Me:
    """Who asks."""
    by = work.actor.by
    with work.look(OWN) as look:
        person = person_rows.person_by_id(look.rows, by.id)
        return Me(
            id=by.id,
            kind=by.kind,
            name=rows.names(look.rows, [by.id]).get(by.id, by.id),
            may=tuple(sorted(work.actor.may)),
            person=person,
            teams=tuple(team_rows.of_person(look.rows, by.id)),
            audiences=tuple(sorted(work.actor.audiences)),
        )


def add_person(
    work: UnitOfWork,
    *,
    email: str,
    name: str,
    role: Role = Role.RESPONDER,
    password: str | None = None,
    team: str | None = None,
) -> str:
    """Make somebody known, and answer their id. Without a password they cannot sign in with one yet.

    Refuses `email_taken`, `bad_email`, `bad_password`.
    """
    work.actor.must_be_allowed_to(Permission.MANAGE_PEOPLE)
    email, name = _email(email), _name(name)
    hashed = None
    if password is not None:
        passwords.must_be_good(password, email=email, name=name)
        hashed = passwords.hashed(password)
    with work.change(Permission.MANAGE_PEOPLE) as change:
        if change.earlier is not None:
            return change.earlier
        if rows.person_by_email(change.rows, email) is not None:
            raise Refused(
                "email_taken",
                phrase("Somebody with the address %(email)s is here already.", email=email),
            )
        id_ = new_id(change.now)
        added = Added(email=Text(email, about=id_), name=Text(name, about=id_), role=role)
        change.record(PERSON, id_, [added])
        if hashed is not None:
            change.record(PERSON, id_, [PasswordSet()])
            credentials.change(change.rows, id_, password_hash=hashed)
        if team is not None:
            join_in(change, team, id_)
        change.concerns(id_)
        return id_


def give_role(work: UnitOfWork, person: str, role: Role) -> None:
    """Let a person do what a role allows, from their next request on. Refuses `last_admin`."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        it = change.load(PERSON, person)
        last = _is_last_admin(change, person, it)
        _record(change, person, lifecycle.give_role(it, role=role, is_last_admin=last))


def disable(work: UnitOfWork, person: str) -> None:
    """Let a person in no more, and end their sessions at once. Refuses `last_admin`."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        it = change.load(PERSON, person)
        last = _is_last_admin(change, person, it)
        _record(change, person, lifecycle.disable(it, is_last_admin=last))
        end_in(change, sessions.of_person(change.rows, person), WhyEnded.PERSON_DISABLED)


def enable(work: UnitOfWork, person: str) -> None:
    """Let a person in again."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        _record(change, person, lifecycle.enable(change.load(PERSON, person)))


def change_own(work: UnitOfWork, chosen: Settings) -> None:
    """Change what is one's own to choose: the name, the zone, the language, the theme, the keys."""
    with work.change(OWN) as change:
        id_ = own(work.actor)
        person = change.load(PERSON, id_)
        events: list[PersonEvent] = []
        if chosen.name is not None:
            events += lifecycle.rename(person, id_=id_, name=_name(chosen.name))
        zone = person.zone if chosen.zone is None else _zone(chosen.zone)
        theme = person.theme if chosen.theme is None else _theme(chosen.theme)
        language = person.language if chosen.language is None else _language(chosen.language)
        events += lifecycle.choose_display(person, zone=zone, language=language, theme=theme)
        if chosen.single_keys is not None:
            events += lifecycle.set_single_keys(person, on=chosen.single_keys)
        _record(change, id_, events)


@cache
def zones() -> tuple[str, ...]:
    """The time zones that one can choose (IANA names)."""
    return tuple(sorted(available_timezones()))


def _is_last_admin(change: WorkChange, id_: str, person: Person) -> bool:
    is_admin = person.role is Role.ADMIN and not person.is_disabled
    return is_admin and not rows.has_other_admin(change.rows, id_)


def _record(change: WorkChange, id_: str, events: list[PersonEvent]) -> None:
    if events:
        change.record(PERSON, id_, events)


def _email(typed: str) -> str:
    email = typed.strip().lower()
    local, _, domain = email.rpartition("@")
    is_one_word = email.isprintable() and not any(sign.isspace() for sign in email)
    if not local or not domain or "@" in local or not is_one_word or len(email) > LONGEST_EMAIL:
        raise Refused("bad_email", "Give an e-mail address, such as ada@example.org.")
    return email


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise Refused(
            "name_missing", phrase("Give a name of up to %(most)s signs.", most=LONGEST_NAME)
        )
    return name


def _zone(name: str) -> str:
    if name not in zones():
        raise Refused(
            "no_such_zone",
            phrase("There is no time zone %(name)s. Try one like Europe/Berlin.", name=name),
        )
    return name


def _language(tag: str) -> str:
    if tag and tag not in LANGUAGES:
        raise Refused("no_such_language", "Choose one of the languages that pages are written in.")
    return tag


def _theme(name: str) -> Theme:
    try:
        return Theme(name)
    except ValueError:
        raise Refused("no_such_theme", "The theme is light, dark, or that of the device.") from None
