"""Whatever comes, in whatever order: nothing is lost, nothing stands twice, and few are opened."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tocsin.features.triage import lifecycle
from tocsin.features.triage.rules.grouping import group_of
from tocsin.features.triage.state import (
    Join,
    Match,
    Open,
    Opened,
    OpenStorm,
    Reopen,
    Standing,
    Step,
)
from tocsin.features.triage.terms import MINUTE, AlertFacts, AlertRule

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Incident:
    is_storm: bool
    opened_at: datetime
    last_joined_at: datetime
    is_open: bool = True
    alerts: list[str] = field(default_factory=list[str])


@dataclass
class World:
    """What rows would hold, kept in memory: steps are carried out, incidents are resolved."""

    rule: AlertRule
    incidents: dict[str, Incident] = field(default_factory=dict[str, Incident])
    groups: dict[str, tuple[str, datetime]] = field(default_factory=dict[str, tuple[str, datetime]])
    judged: int = 0

    def standing(self, now: datetime) -> Standing:
        known = {
            key: (self.incidents[incident].is_open, Opened(incident, at))
            for key, (incident, at) in self.groups.items()
        }
        storms = [
            Opened(id_, incident.last_joined_at)
            for id_, incident in self.incidents.items()
            if incident.is_storm and incident.is_open
        ]
        assert len(storms) <= 1, "one storm at a time"
        return Standing(
            name="r",
            rule=self.rule,
            open={key: opened for key, (is_open, opened) in known.items() if is_open},
            over={
                key: opened
                for key, (is_open, opened) in known.items()
                if not is_open and not self.incidents[opened.incident].is_storm
            },
            storm=storms[0] if storms else None,
            recent=sum(
                not incident.is_storm and incident.opened_at > now - MINUTE
                for incident in self.incidents.values()
            ),
        )

    def carry_out(self, step: Step, now: datetime) -> None:
        match step:
            case Open() | OpenStorm():
                id_ = f"i{len(self.incidents)}"
                self.incidents[id_] = Incident(isinstance(step, OpenStorm), now, now)
            case Join(incident=id_):
                assert self.incidents[id_].is_open, "only an open incident is joined"
            case Reopen(incident=id_):
                assert not self.incidents[id_].is_open
                self.incidents[id_].is_open = True
        incident = self.incidents[id_]
        incident.last_joined_at = now
        for own in step.matches:
            incident.alerts.append(own.alert.id)
            self.groups[own.group.key] = (id_, now)

    def hear(self, services: list[int], now: datetime) -> list[Step]:
        matches = [self.match(service, now) for service in services]
        steps = lifecycle.decide(matches, self.standing(now), now)
        for step in steps:
            self.carry_out(step, now)
        return steps

    def match(self, service: int, now: datetime) -> Match:
        self.judged += 1
        alert = AlertFacts(
            id=f"a{self.judged}", title="t", service=f"s{service}", starts_at=now, received_at=now
        )
        return Match(alert, group_of(alert, "r", self.rule))


HEARD = st.lists(st.integers(0, 14), max_size=20)
MOMENT = st.tuples(st.integers(1, 900), HEARD, st.integers(0, 5))
DAYS = st.tuples(st.booleans(), st.lists(MOMENT, max_size=12))


@given(DAYS)
def test_every_alert_ends_in_one_incident_and_no_minute_opens_more_than_five(
    day: tuple[bool, list[tuple[int, list[int], int]]],
) -> None:
    reopens, moments = day
    world = World(AlertRule(condition="true", reopens=reopens))
    now = NOON
    for seconds, heard, resolved in moments:
        now += timedelta(seconds=seconds)
        before = world.judged
        steps = world.hear(heard, now)
        joined = [own.alert.id for step in steps for own in step.matches]
        assert sorted(joined) == sorted(f"a{number + 1}" for number in range(before, world.judged))
        assert all(world.incidents[id_].is_open for id_, at in world.groups.values() if at == now)
        for incident in list(world.incidents.values())[:resolved]:
            incident.is_open = False
    held = Counter(alert for incident in world.incidents.values() for alert in incident.alerts)
    assert held == Counter(f"a{number + 1}" for number in range(world.judged))
    opened = sorted(one.opened_at for one in world.incidents.values() if not one.is_storm)
    for first in opened:
        assert sum(first <= at < first + MINUTE for at in opened) <= 5


@given(DAYS)
def test_a_group_never_has_two_open_incidents(
    day: tuple[bool, list[tuple[int, list[int], int]]],
) -> None:
    reopens, moments = day
    world = World(AlertRule(condition="true", reopens=reopens))
    now, service_of = NOON, dict[str, int]()
    for seconds, heard, resolved in moments:
        now += timedelta(seconds=seconds)
        first = world.judged
        world.hear(heard, now)
        service_of |= {f"a{first + nth + 1}": service for nth, service in enumerate(heard)}
        current = {
            (service_of[alert], id_)
            for id_, incident in world.incidents.items()
            if incident.is_open
            for alert in incident.alerts
        }
        per_service = Counter(service for service, _ in current)
        assert not per_service or max(per_service.values()) == 1
        for incident in list(world.incidents.values())[:resolved]:
            incident.is_open = False
