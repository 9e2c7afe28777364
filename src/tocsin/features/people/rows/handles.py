"""By what people and teams are mentioned (`@ada`): their names, and an e-mail address before its @."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, or_, select

from tocsin.access.policy import Role
from tocsin.features.people.rows.audiences import audiences_of_each
from tocsin.features.people.rows.people import PEOPLE
from tocsin.features.people.rows.teams import MEMBERS, TEAMS
from tocsin.features.people.terms import Handle, Reader

MOST: Final = 200
"""So many are looked at for one text; whoever is not among them is not mentioned."""


def beginning_with(rows: Connection, words: Collection[str]) -> list[Handle]:
    """The people who are let in and the teams of whom a name begins with one of these words."""
    if not words:
        return []
    one = select(PEOPLE.c.id, PEOPLE.c.name, PEOPLE.c.email).where(PEOPLE.c.is_disabled.is_(False))
    people = one.where(_begins((PEOPLE.c.name, PEOPLE.c.email), words)).order_by(PEOPLE.c.id)
    team = select(TEAMS.c.id, TEAMS.c.name, TEAMS.c.title)
    teams = team.where(_begins((TEAMS.c.name, TEAMS.c.title), words)).order_by(TEAMS.c.id)
    return [
        *(_person(row.id, row.name, row.email) for row in rows.execute(people.limit(MOST))),
        *(
            Handle(id=row.id, names=(row.name, row.title))
            for row in rows.execute(teams.limit(MOST))
        ),
    ]


def _begins(columns: Iterable[Any], words: Collection[str]) -> ColumnElement[bool]:
    spelled = sorted({form for word in words for form in (word, word.capitalize())})
    each = [
        column.istartswith(word, autoescape=True) | column.startswith(word, autoescape=True)
        for column in columns
        for word in spelled
    ]
    return or_(*each)


def _person(id_: str, name: str, email: str | None) -> Handle:
    names = (name,) if email is None else (name, email.partition("@")[0], email)
    return Handle(id=id_, names=names, short=name.partition(" ")[0])


def readers(rows: Connection, ids: Collection[str]) -> list[Reader]:
    """Those of these people, and of the members of these teams, who are let in."""
    members = select(MEMBERS.c.person).where(MEMBERS.c.owner.in_(list(ids)))
    meant = PEOPLE.c.id.in_(list(ids)) | PEOPLE.c.id.in_(members)
    query = select(PEOPLE.c.id, PEOPLE.c.role).where(meant, PEOPLE.c.is_disabled.is_(False))
    found = rows.execute(query.order_by("id")).all()
    audiences = audiences_of_each(rows, [row.id for row in found])
    return [
        Reader(id=row.id, role=Role(row.role), audiences=audiences.get(row.id, frozenset()))
        for row in found
    ]


def team_titles(rows: Connection, ids: Collection[str]) -> dict[str, str]:
    """The titles of those among the ids that are teams."""
    query = select(TEAMS.c.id, TEAMS.c.title).where(TEAMS.c.id.in_(list(ids)))
    return {row.id: row.title for row in rows.execute(query)}
