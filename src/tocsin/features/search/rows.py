"""What is found: incidents, the newest first, each with the place of the entry that has the words."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, false, func, not_, or_, select

from tocsin.access import finding
from tocsin.access.finding import Asked
from tocsin.access.work import Look
from tocsin.features.incidents.rows import INCIDENTS, SHOWN, IncidentRow
from tocsin.features.incidents.rows.tags import TAGGED
from tocsin.features.incidents.rows.words import WORDS
from tocsin.features.people.rows.people import PEOPLE
from tocsin.features.search.rules.line import ME, NOBODY, OPEN, OVER
from tocsin.features.search.terms import Filter, Question
from tocsin.foundation.tokens import tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An incident that was found, and the place of the entry by which it was found."""

    seq: int
    row: IncidentRow


def hits(look: Look, question: Question, before: int | None, limit: int) -> list[Hit]:
    """The incidents that an actor finds, the newest first: by the entry that has the words."""
    asked = Asked(
        sought=question.sought,
        records=INCIDENTS,
        conditions=[_condition(look, each) for each in question.filters],
        before=before,
        limit=limit,
    )
    query = finding.newest(look.rows, look.actor, WORDS, asked)
    found = look.rows.execute(query).all()
    shown = select(*SHOWN).where(INCIDENTS.c.id.in_([row.owner for row in found]))
    lines = look.rows.execute(look.only_visible(INCIDENTS, shown))
    known = {line.id: IncidentRow(**line._mapping) for line in lines}
    return [Hit(seq=row.seq, row=known[row.owner]) for row in found if row.owner in known]


def _condition(look: Look, each: Filter) -> ColumnElement[bool]:
    fits = or_(false(), *(_fits(look, each.name, value) for value in each.values))
    return not_(func.coalesce(fits, false())) if each.is_unwanted else fits


def _fits(look: Look, name: str, value: object) -> ColumnElement[bool]:
    columns = INCIDENTS.c
    match name:
        case "sev":
            return columns["severity"] == value
        case "state":
            if value in (OPEN, OVER):
                return columns["is_open"].is_(value == OPEN)
            return columns["phase"] == value
        case "commander":
            return _commanded(look, str(value))
        case "tag":
            tagged = TAGGED.c.owner == columns["id"], func.lower(TAGGED.c.tag) == value
            return exists().where(*tagged)
        case "before":
            return columns["declared_at"] < value
        case "after":
            return columns["declared_at"] >= value
        case _:
            return func.lower(columns[name]) == value


def _commanded(look: Look, value: str) -> ColumnElement[bool]:
    """By whom an incident is led: the asker, nobody, or people of whose names this is some."""
    if value == NOBODY:
        return INCIDENTS.c.commander.is_(None)
    if value == ME:
        return INCIDENTS.c.commander == look.actor.person
    return INCIDENTS.c.commander.in_(_named(look, value))


def _named(look: Look, words: str) -> Sequence[str]:
    wanted = set(tokens(words))
    people = look.rows.execute(select(PEOPLE.c.id, PEOPLE.c.name))
    return [
        one.id for one in people if one.id.casefold() == words or wanted <= set(tokens(one.name))
    ]
