"""Teams: made, joined and left."""

import re
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.people import lifecycle, rows
from tocsin.features.people.events import TeamCreated
from tocsin.features.people.rows import PERSON, TEAM, TeamRow
from tocsin.features.people.rows import teams as team_rows
from tocsin.foundation.identifiers import new_id
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text

NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_NAME: Final = 64


def teams(work: UnitOfWork, *, after: str | None = None, limit: int = 50) -> list[TeamRow]:
    """The teams after a name."""
    with work.look(Permission.SEE_PEOPLE) as look:
        return team_rows.teams(look.rows, after=after, limit=limit)


def create_team(work: UnitOfWork, name: str, title: str = "") -> str:
    """Make a team, and answer its id. `name` is what rules call it: small letters, digits, hyphens."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        if change.earlier is not None:
            return change.earlier
        _must_be_free(change, name)
        id_ = new_id(change.now)
        created = TeamCreated(name=name, title=Text(title.strip() or name))
        change.record(TEAM, id_, [created])
        change.concerns(id_)
        return id_


def join_team(work: UnitOfWork, name: str, person: str) -> None:
    """Add a person to a team."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        join_in(change, name, person)


def leave_team(work: UnitOfWork, name: str, person: str) -> None:
    """Take a person out of a team."""
    with work.change(Permission.MANAGE_PEOPLE) as change:
        id_ = _named(change, name)
        if events := lifecycle.leave(change.load(TEAM, id_), person=person):
            change.record(TEAM, id_, events)


def join_in(change: WorkChange, name: str, person: str) -> None:
    """Add a person to a team within a change under way."""
    id_ = _named(change, name)
    change.load(PERSON, person)
    if events := lifecycle.join(change.load(TEAM, id_), person=person):
        change.record(TEAM, id_, events)


def _named(change: WorkChange, name: str) -> str:
    id_ = rows.team_by_name(change.rows, name)
    if id_ is None:
        raise Refused("unknown_team", phrase("There is no team %(name)s.", name=name))
    return id_


def _must_be_free(change: WorkChange, name: str) -> None:
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Refused("bad_team_name", "A team's name has small letters, digits and hyphens.")
    if rows.team_by_name(change.rows, name) is not None:
        raise Refused("team_exists", phrase("There is a team %(name)s already.", name=name))
