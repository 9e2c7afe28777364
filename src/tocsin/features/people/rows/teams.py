"""Teams as rows, and who is in them."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, Text, select

from tocsin.features.people.events import TeamEvent
from tocsin.features.people.evolution import evolve_team
from tocsin.features.people.state import Team
from tocsin.ledger.aggregate import Aggregate, Beside, state_table
from tocsin.ledger.words import shown
from tocsin.storage.columns import METADATA

TEAMS: Final = state_table(
    "team",
    Column("name", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
)

MEMBERS: Final = Table(
    "team_member",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("person", Text, primary_key=True, index=True),
)


def _columns(team: Team) -> dict[str, Any]:
    return {"name": team.name, "title": shown(team.title)}


def _members(team: Team) -> list[dict[str, Any]]:
    return [{"person": person} for person in team.members]


TEAM: Final = Aggregate[Team, TeamEvent](
    "team", Team, evolve_team, TEAMS, _columns, (Beside(MEMBERS, _members),)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """One line of the list of teams, with the ids of its members."""

    id: str
    name: str
    title: str
    members: tuple[str, ...]


def team_by_name(rows: Connection, name: str) -> str | None:
    """The id of a team."""
    return rows.scalar(select(TEAMS.c.id).where(TEAMS.c.name == name))


def teams(rows: Connection, *, after: str | None, limit: int) -> list[TeamRow]:
    """The teams after a name, in the order of their names."""
    query = select(TEAMS.c.id, TEAMS.c.name, TEAMS.c.title).order_by(TEAMS.c.name).limit(limit)
    if after is not None:
        query = query.where(TEAMS.c.name > after)
    found = rows.execute(query).all()
    members: dict[str, list[str]] = {row.id: [] for row in found}
    theirs = select(MEMBERS).where(MEMBERS.c.owner.in_(list(members))).order_by(MEMBERS.c.person)
    for row in rows.execute(theirs):
        members[row.owner].append(row.person)
    return [TeamRow(**row._mapping, members=tuple(members[row.id])) for row in found]


def of_person(rows: Connection, person: str) -> list[str]:
    """The names of the teams that a person is in."""
    query = (
        select(TEAMS.c.name)
        .join(MEMBERS, MEMBERS.c.owner == TEAMS.c.id)
        .where(MEMBERS.c.person == person)
        .order_by(TEAMS.c.name)
    )
    return list(rows.scalars(query))
