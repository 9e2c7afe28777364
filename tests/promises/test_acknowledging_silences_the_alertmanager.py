"""The way back: what is in hand here is silent at the real Alertmanager, and what is done there is seen.

Reactor, timer, sender and job are those of the runtime, driven one step at a time; the Alertmanager is
Debian's.
"""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from alertmanagers import ALERTMANAGER, MISSING, add_alert, alertmanager, asked
from processes import until

from tocsin.access.policy import TOCSIN, Permission, Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.rows import occurrences
from tocsin.features.alerts.terms import Actionability, AlertState, SourceKind
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import Declaration
from tocsin.features.mirroring import rows
from tocsin.features.mirroring.commands.watching import watch
from tocsin.features.mirroring.feature import FEATURE
from tocsin.features.mirroring.reactors import REACTOR
from tocsin.features.mirroring.rows import Silenced
from tocsin.features.mirroring.terms import Drift
from tocsin.foundation.clock import SimulatedClock
from tocsin.integrations.alertmanager.fingerprint import fingerprint
from tocsin.ledger import checking, due, keys
from tocsin.ledger.entry import By
from tocsin.ledger.follow import catch_up
from tocsin.ledger.ledger import Ledger, found
from tocsin.outbox.address import reach
from tocsin.outbox.http import Web
from tocsin.runtime.firing import Timers
from tocsin.runtime.outside import Outside
from tocsin.runtime.sending import Sender
from tocsin.storage.database import Database

WEB = {"alertname": "HighErrorRate", "service": "web", "severity": "critical", "note": 'a "b"\\c'}
CARDS = {"alertname": "InstanceDown", "service": "cards", "severity": "critical"}


@dataclass
class House:
    """Everything between an acknowledgement and the Alertmanager."""

    ledger: Ledger
    clock: SimulatedClock
    peer: str
    source: str
    web: Web

    @property
    def ada(self) -> UnitOfWork:
        return UnitOfWork(self.ledger, holding(Role.MANAGER, By(id="ada", kind="person"), "ada"))

    def work(self) -> None:
        """Do what is due until nothing is."""
        purposes = {one.name: one for one in FEATURE.purposes}
        sender = Sender(self.ledger, purposes, Outside(self.web), "test")
        timers = Timers(self.ledger, FEATURE.timers, "test")
        while catch_up(self.ledger, REACTOR) or timers.step() or self._calls():
            sender.step()
            until(lambda: not sender._in_flight.total(), "the calls are over")

    def _calls(self) -> list[str]:
        with self.ledger.read() as look:
            return due.receivers(look, self.clock())

    def watch(self) -> None:
        watch(self.ledger, self.web.fetch)
        self.work()

    def alert(self, labels: dict[str, str]) -> str:
        """An alert that fires at the Alertmanager, and of which we were told."""
        self.fires(labels, timedelta(hours=1))
        return add_alert(self.ledger, labels, key=fingerprint(labels), source=self.source)

    def fires(self, labels: dict[str, str], more: timedelta) -> None:
        now = datetime.now(UTC)
        began, ends = (now - timedelta(hours=1)).isoformat(), (now + more).isoformat()
        told = {"labels": labels, "startsAt": began, "endsAt": ends}
        asked(f"{self.peer}/api/v2/alerts", method="POST", body=[told])

    def state(self, alert: str) -> AlertState:
        with self.ledger.read() as look:
            return occurrences.by_ids(look, [alert])[0].state

    def incident(self, *alerts: str) -> str:
        said = Declaration(title="Cards refused", severity=1, alerts=alerts)
        reference = incidents.declare(self.ada, said).incident.reference
        self.work()
        return reference

    def there(self, state: str = "active") -> list[dict[str, Any]]:
        kept = asked(f"{self.peer}/api/v2/silences")
        return [one for one in kept if one["status"]["state"] == state]

    def shown(self, alert: str, work: UnitOfWork | None = None) -> list[Silenced]:
        with (work or self.ada).look(Permission.SEE_ALERTS) as look:
            return rows.of_alerts(look, occurrences.by_ids(look.rows, [alert]))


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    if not ALERTMANAGER.exists():
        pytest.skip(MISSING)
    with alertmanager(tmp_path_factory.mktemp("alertmanager")) as url:
        yield url


@pytest.fixture
def house(database: Database, peer: str) -> House:
    for one in asked(f"{peer}/api/v2/silences"):
        if one["status"]["state"] != "expired":
            asked(f"{peer}/api/v2/silence/{one['id']}", method="DELETE")
    clock = SimulatedClock(datetime.now(UTC))
    ledger = found(database, keys.make(), clock, origin="test")
    work = UnitOfWork(ledger, TOCSIN)
    kind = SourceKind.ALERTMANAGER
    source, _ = alerts.create_source(work, name="am1", kind=kind, peer_url=f"{peer}/")
    return House(ledger, clock, peer, source, Web(reach(["127.0.0.1/32"]), clock=clock))


def by_hand(house: House, labels: dict[str, str], **changed: Any) -> str:
    matchers = [{"name": "service", "value": labels["service"], "isRegex": False}]
    now = datetime.now(UTC)
    said = {
        "matchers": matchers,
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(hours=2)).isoformat(),
        "createdBy": "mallory",
        "comment": "not now",
    }
    body = said | changed
    answer: str = asked(f"{house.peer}/api/v2/silences", method="POST", body=body)["silenceID"]
    return answer


def test_acknowledging_silences_with_an_end_and_resolving_lifts_it(house: House) -> None:
    reference = house.incident(house.alert(WEB), house.alert(CARDS))
    assert house.there() == []
    incidents.acknowledge(house.ada, reference)
    house.work()
    silences = house.there()
    labels = [{m["name"]: m["value"] for m in one["matchers"]} for one in silences]
    assert sorted(labels, key=str) == sorted([WEB, CARDS], key=str)
    for one in silences:
        assert one["createdBy"] == "Tocsin"
        assert reference in one["comment"]
        ends = datetime.fromisoformat(one["endsAt"])
        assert abs(ends - house.clock() - timedelta(hours=4)) < timedelta(minutes=1)
    incidents.resolve(house.ada, reference)
    house.work()
    assert house.there() == []


def test_doing_it_all_again_asks_for_nothing_twice(house: House) -> None:
    first = house.alert(WEB)
    reference = house.incident(first)
    incidents.acknowledge(house.ada, reference)
    incidents.mitigate(house.ada, reference)
    second = house.alert(CARDS)
    incidents.join_alerts(house.ada, reference, alerts=(second,), rule="by hand")
    house.work()
    house.watch()
    assert len(house.there()) == 2


def test_what_joins_later_is_silenced_and_what_is_taken_out_is_heard_again(house: House) -> None:
    web, cards = house.alert(WEB), house.alert(CARDS)
    reference = house.incident(web)
    incidents.acknowledge(house.ada, reference)
    incidents.join_alerts(house.ada, reference, alerts=(cards,), rule="by hand")
    house.work()
    assert len(house.there()) == 2
    incidents.take_out_alerts(house.ada, reference, alerts=(web,), reason="It is another matter.")
    house.work()
    (left,) = house.there()
    assert {m["value"] for m in left["matchers"]} == set(CARDS.values())
    alerts.close_alert(house.ada, cards, actionability=Actionability.FALSE_POSITIVE)
    house.work()
    assert house.there() == []


def test_a_reopened_incident_is_silent_again(house: House) -> None:
    reference = house.incident(house.alert(WEB))
    incidents.acknowledge(house.ada, reference)
    house.work()
    incidents.resolve(house.ada, reference)
    house.work()
    assert house.there() == []
    incidents.reopen(house.ada, reference, reason="It is back.")
    house.work()
    assert len(house.there()) == 1


def test_a_restricted_incident_is_not_named_there(house: House) -> None:
    alert = house.alert(WEB)
    reference = house.incident(alert)
    incidents.acknowledge(house.ada, reference)
    house.work()
    incidents.restrict(house.ada, reference, named=(), reason="It is a breach.")
    house.work()
    (silence,) = house.there()
    assert reference not in silence["comment"]
    eve = UnitOfWork(house.ledger, holding(Role.MANAGER, By(id="eve", kind="person"), "eve"))
    assert house.shown(alert, eve) == []
    assert [one.by for one in house.shown(alert)] == ["Tocsin"]


def test_what_became_restricted_before_it_was_sent_is_not_named(house: House) -> None:
    reference = house.incident(house.alert(WEB))
    incidents.acknowledge(house.ada, reference)
    incidents.restrict(house.ada, reference, named=(), reason="It is a breach.")
    house.work()
    (silence,) = house.there()
    assert reference not in silence["comment"]


def test_it_is_renewed_while_the_incident_is_in_hand(house: House) -> None:
    reference = house.incident(house.alert(WEB))
    incidents.acknowledge(house.ada, reference)
    house.work()
    (before,) = house.there()
    house.clock.advance(timedelta(hours=2))
    house.watch()
    assert house.there() == [before]
    house.clock.advance(timedelta(hours=1, minutes=10))
    house.watch()
    house.watch()
    (after,) = house.there()
    assert (after["id"], after["startsAt"]) == (before["id"], before["startsAt"])
    ends = datetime.fromisoformat(after["endsAt"])
    assert abs(ends - house.clock() - timedelta(hours=4)) < timedelta(minutes=1)


def test_ours_that_somebody_ended_there_is_shown_and_not_made_again(house: House) -> None:
    alert = house.alert(WEB)
    reference = house.incident(alert)
    incidents.acknowledge(house.ada, reference)
    house.work()
    (silence,) = house.there()
    asked(f"{house.peer}/api/v2/silence/{silence['id']}", method="DELETE")
    house.watch()
    house.watch()
    (shown,) = house.shown(alert)
    assert (shown.is_ours, shown.drift) == (True, Drift.ENDED_THERE)
    incidents.mitigate(house.ada, reference)
    house.watch()
    assert house.there() == []
    kinds = [entry.kind for entry in house.ledger.after(-1)]
    assert kinds.count("mirroring.drift_seen") == 1
    incidents.resolve(house.ada, reference)
    house.work()
    assert house.shown(alert) == []


def test_ours_that_somebody_shortened_there_is_shown_and_lifted_in_the_end(house: House) -> None:
    alert = house.alert(WEB)
    reference = house.incident(alert)
    incidents.acknowledge(house.ada, reference)
    house.work()
    (ours,) = house.there()
    ends = datetime.now(UTC) + timedelta(minutes=30)
    changed = ours | {"endsAt": ends.isoformat()}
    del changed["status"], changed["updatedAt"]
    asked(f"{house.peer}/api/v2/silences", method="POST", body=changed)
    house.watch()
    (shown,) = house.shown(alert)
    assert shown.drift is Drift.CHANGED_THERE
    assert abs(shown.until - ends) < timedelta(seconds=2)
    incidents.resolve(house.ada, reference)
    house.work()
    assert house.there() == []


def test_a_silence_made_changed_and_ended_there_is_shown_with_its_author(house: House) -> None:
    alert = house.alert(WEB)
    made = by_hand(house, WEB)
    house.clock.move_to(datetime.now(UTC) + timedelta(seconds=5))
    house.watch()
    (shown,) = house.shown(alert)
    assert (shown.where, shown.by, shown.comment) == ("am1", "mallory", "not now")
    kept = asked(f"{house.peer}/api/v2/silence/{made}")
    started = kept["startsAt"]
    by_hand(house, WEB, id=made, startsAt=started, comment="still not now")
    house.watch()
    assert [one.comment for one in house.shown(alert)] == ["still not now"]
    asked(f"{house.peer}/api/v2/silence/{made}", method="DELETE")
    house.watch()
    assert house.shown(alert) == []
    seen = [entry for entry in house.ledger.after(-1) if entry.name == "peer_silence"]
    assert [entry.kind.partition(".")[2] for entry in seen] == ["seen", "changed", "ended"]
    assert list(checking.lines(house.ledger, lambda *_: None)) == []


def test_two_sources_with_one_peer_do_not_take_ours_for_somebody_elses(house: House) -> None:
    work, kind = UnitOfWork(house.ledger, TOCSIN), SourceKind.PROMETHEUS
    alerts.create_source(work, name="prom1", kind=kind, peer_url=house.peer)
    alert = house.alert(WEB)
    incidents.acknowledge(house.ada, house.incident(alert))
    house.work()
    house.watch()
    assert [one.is_ours for one in house.shown(alert)] == [True]
    assert not [entry for entry in house.ledger.after(-1) if entry.name == "peer_silence"]


def test_an_answer_that_was_lost_makes_no_second_silence(house: House) -> None:
    reference = house.incident(house.alert(WEB))
    incidents.acknowledge(house.ada, reference)
    house.work()
    (first,) = house.there()
    again = {name: first[name] for name in ("matchers", "startsAt", "endsAt", "createdBy")}
    again["comment"] = first["comment"]
    asked(f"{house.peer}/api/v2/silences", method="POST", body=again)
    assert len(house.there()) == 2
    house.watch()
    assert [one["id"] for one in house.there()] == [first["id"]]


def test_what_recovers_while_it_is_silent_there_is_over_here(house: House) -> None:
    web, cards = house.alert(WEB), house.alert(CARDS)
    incidents.acknowledge(house.ada, house.incident(web, cards))
    house.work()
    house.clock.advance(timedelta(seconds=1))
    house.watch()
    assert {house.state(web), house.state(cards)} == {AlertState.FIRING}
    house.fires(WEB, timedelta(seconds=-1))
    house.watch()
    assert (house.state(web), house.state(cards)) == (AlertState.RESOLVED, AlertState.FIRING)
    kinds = [entry.kind for entry in house.ledger.after(-1)]
    assert kinds.count("peer.recovery_seen") == 1


def test_an_alertmanager_that_was_just_started_is_not_believed(house: House) -> None:
    house.clock.move_to(started(house.peer) - timedelta(hours=1))
    alert = house.alert(WEB)
    by_hand(house, WEB)
    house.fires(WEB, timedelta(seconds=-1))
    house.clock.move_to(started(house.peer) + timedelta(minutes=4))
    house.watch()
    assert house.state(alert) is AlertState.FIRING
    house.clock.move_to(started(house.peer) + timedelta(minutes=5))
    house.watch()
    assert house.state(alert) is AlertState.RESOLVED


def started(peer: str) -> datetime:
    return datetime.fromisoformat(asked(f"{peer}/api/v2/status")["uptime"])


def test_a_peer_that_is_away_is_told_of(house: House) -> None:
    work = UnitOfWork(house.ledger, TOCSIN)
    alerts.change_source(work, house.source, name="am1", peer_url="http://127.0.0.1:9", rate=100)
    house.watch()
    with house.ledger.read() as look:
        watched = rows.watched(look)[house.source]
    assert watched.reached_at is None
    assert watched.word
