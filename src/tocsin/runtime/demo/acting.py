"""Lets the stories happen: every deed by its person, at its instant, on a simulated clock."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from tocsin.access.policy import Actor, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands as alerts
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.people import commands as people
from tocsin.features.people.commands import Settings
from tocsin.features.playbooks import commands as playbooks
from tocsin.features.triage.commands import rules as triage
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import checkpoint
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.demo.organisation import (
    ADMIN,
    MONITORS,
    PEOPLE,
    RULE,
    RULE_NAME,
    SERVICES,
    TEAMS,
    Person,
)
from tocsin.runtime.demo.prepared import TEMPLATES, VIEWS
from tocsin.runtime.demo.story import Act, Deed, Place, Story
from tocsin.runtime.opening import host_work

DAY: Final = timedelta(days=1)


class Company:
    """The made-up company at one moment of its simulated life."""

    def __init__(self, ledger: Ledger, clock: SimulatedClock) -> None:
        self.ledger = ledger
        self._clock = clock
        self._ids: dict[str, str] = {}
        self._actors: dict[str, Actor] = {}
        self._signed_at = clock()

    def set_up(self) -> None:
        """The host adds the administrator, who makes the teams and adds everybody else."""
        self._known(ADMIN, _added(host_work(self.ledger), ADMIN))
        for team in TEAMS:
            people.create_team(self.work(ADMIN.key), team.name, team.title)
        for person in PEOPLE:
            self._clock.advance(timedelta(minutes=1))
            self._known(person, _added(self.work(ADMIN.key), person))
            people.change_own(self.work(person.key), Settings(zone=person.zone))
        for name, kind in MONITORS.items():
            alerts.create_source(self.work(ADMIN.key), name=name, kind=kind)
        triage.write_rule(self.work(ADMIN.key), RULE_NAME, RULE)
        people.join_team(self.work(ADMIN.key), "platform", self._ids[ADMIN.key])
        for name, template in TEMPLATES.items():
            playbooks.write_template(self.work(ADMIN.key), name, template)
        for key, wish in VIEWS:
            incidents.save_view(self.work(key), wish)

    def work(self, key: str) -> UnitOfWork:
        """Somebody's unit of work."""
        return UnitOfWork(self.ledger, self._actors[key])

    def live(self, stories: Sequence[Story], until: datetime) -> None:
        """Let all that happens before an instant happen, in its order; a checkpoint is signed daily."""
        for at, _, deed, told in sorted(_deeds(stories), key=lambda step: step[:2]):
            if at < until:
                self._move_to(at)
                told.reference = self._done(deed, told)
        self._clock.move_to(until)
        checkpoint.make(self.ledger)

    def _done(self, deed: Deed, told: "_Told") -> str:
        place = Place(self.work(deed.by), told.reference, self._ids)
        answer = deed.act(place)
        return answer if isinstance(answer, str) else told.reference

    def _move_to(self, instant: datetime) -> None:
        while self._signed_at + DAY <= instant:
            self._signed_at += DAY
            self._clock.move_to(self._signed_at)
            checkpoint.make(self.ledger)
        self._clock.move_to(instant)

    def _known(self, person: Person, id_: str) -> None:
        self._ids[person.key] = id_
        self._actors[person.key] = holding(person.role, By(id=id_, kind="person"), id_)


class _Told:
    """A story under way: its incident has a reference once it was declared."""

    reference = ""


def _deeds(stories: Sequence[Story]) -> Iterable[tuple[datetime, int, Deed, _Told]]:
    number = 0
    for story in stories:
        told = _Told()
        for deed in (Deed(story.declared_at, story.by, _declare(story)), *story.deeds):
            number += 1
            yield deed.at, number, deed, told


def _declare(story: Story) -> Act:
    def act(place: Place) -> str:
        service = story.trouble.service
        named = None if story.named is None else (*story.named, ADMIN.key)
        said = Declaration(
            title=story.trouble.title,
            severity=story.severity,
            mode=story.mode,
            impact_began=story.impact_began,
            service=service,
            team=SERVICES[service],
            restricted_to=named and tuple(place.people[key] for key in named),
            template=story.template,
            answers=story.answers,
        )
        return incidents.declare(place.work, said, story.over).incident.reference

    return act


def _added(work: UnitOfWork, person: Person) -> str:
    return people.add_person(
        work, email=person.email, name=person.name, role=person.role, team=person.team
    )
