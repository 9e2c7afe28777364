"""What is looked through for incidents that may be the same: open and recent ones, and their alerts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select

from tocsin.access.policy import Permission
from tocsin.access.work import Look
from tocsin.features.alerts.rows.tables import ALERTS
from tocsin.features.alerts.terms import AlertState
from tocsin.features.incidents.rows import INCIDENTS, IS_EXERCISE, LINKED, SHOWN, IncidentRow

COMPARED: Final = 2000
"""So many open ones, and so many recent ones, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """The firing alerts of a service: how many by the monitor's word, and by incident id."""

    by_word: Mapping[str, int]
    by_incident: Mapping[str, int]


def candidates(look: Look, since: datetime, *, exercises: bool) -> list[IncidentRow]:
    """Incidents that the actor may see: open, or declared lately. Exercises only among exercises."""
    sort = IS_EXERCISE if exercises else ~IS_EXERCISE
    is_open = INCIDENTS.c.is_open
    newest = (INCIDENTS.c.declared_at.desc(), INCIDENTS.c.id)
    query = select(*SHOWN).where(sort).order_by(*newest).limit(COMPARED)
    recent = query.where(is_open.is_(False), INCIDENTS.c.declared_at > since)
    several = (query.where(is_open.is_(True)), recent)
    return [row for one in several for row in _seen(look, one)]


def _seen(look: Look, query: Select[Any]) -> list[IncidentRow]:
    found = look.rows.execute(look.only_visible(INCIDENTS, query))
    return [IncidentRow(**row._mapping) for row in found]


def firing_of(look: Look, service: str | None) -> Firing:
    """What fires of a service, where the actor may see alerts."""
    if not service or Permission.SEE_ALERTS not in look.actor.may:
        return Firing(by_word={}, by_incident={})
    mine = (ALERTS.c.state == AlertState.FIRING) & (ALERTS.c.service == service)
    number = func.count().label("number")
    words = select(ALERTS.c.severity.label("key"), number).where(mine).group_by(ALERTS.c.severity)
    linked = LINKED.join(ALERTS, ALERTS.c.id == LINKED.c.alert)
    owners = select(LINKED.c.owner.label("key"), number).select_from(linked).where(mine)
    return Firing(
        by_word=_numbers(look, words), by_incident=_numbers(look, owners.group_by(LINKED.c.owner))
    )


def _numbers(look: Look, query: Select[Any, int]) -> dict[str, int]:
    return {row.key: int(row.number) for row in look.rows.execute(query) if row.key}
