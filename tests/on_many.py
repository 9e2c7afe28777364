"""Deeds on several incidents at once, over the API, by the people of two teams."""

from typing import Any

from declaring import HOST, INCIDENTS, peopled
from door import Client

from tocsin.access.policy import Role
from tocsin.features.people.events import MemberJoined, TeamCreated, TeamEvent
from tocsin.features.people.rows import TEAM
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text
from tocsin.storage.database import Database

TEAMS = {"payments": "bea", "security": "eve"}
"""Who is in which."""


def in_two_teams(database: Database, clock: SimulatedClock) -> Ledger:
    """A ledger that knows four managers and two teams."""
    managers = dict.fromkeys(("ada", "bea", "eve", "olga"), Role.MANAGER)
    made = peopled(database, clock, managers)
    with made.change(HOST) as change:
        for team, member in TEAMS.items():
            created = TeamCreated(name=team, title=Text(team.title()))
            events: list[TeamEvent] = [created, MemberJoined(person=member)]
            change.record(TEAM, team, events)
    return made


def bulk(who: Client, deed: str, references: list[str], key: str | None = None, **said: Any) -> Any:
    """Do it; answers what came of it."""
    headers = {} if key is None else {"idempotency-key": key}
    body = {"deed": deed, "references": references} | said
    answer = who.post(f"{INCIDENTS}/bulk", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def outcomes(answer: Any) -> list[str]:
    """What came of it for each incident: how it was refused, or what happened."""
    return [row["code"] or row["outcome"] for row in answer["results"]]


def shown(who: Client, reference: str) -> dict[str, Any]:
    """An incident as somebody sees it."""
    return dict(who.get(f"{INCIDENTS}/{reference}").json())
