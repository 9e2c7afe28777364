"""Who may send, how much, and in what form: a clear no, a dead letter, and never a fault."""

import asyncio
import base64
import gzip
from collections.abc import Generator
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import create_engine, event, make_url, text
from taking import (
    NOON,
    Post,
    alert,
    alerts,
    all_posted,
    bodied,
    letters,
    post,
    posted,
    send,
    source,
    taking,
)

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands
from tocsin.features.alerts.intake import Intake
from tocsin.features.alerts.terms import AlertState, SourceKind
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

LIMIT = 1_000_000
GOOD = msgspec.json.encode(alert("Good")).decode()

BAD = {
    "nothing": b"",
    "not JSON": b"{",
    "not UTF-8": b'[{"labels":{"a":"\xff"}}]',
    "an object": b'{"labels":{"a":"b"}}',
    "a number as labels": f'[{GOOD},{{"labels":1}}]'.encode(),
    "a number as a label": f'[{GOOD},{{"labels":{{"a":1}}}}]'.encode(),
    "no labels": f'[{GOOD},{{"annotations":{{"a":"b"}}}}]'.encode(),
    "NaN": f'[{GOOD},{{"labels":{{"a":NaN}}}}]'.encode(),
    "NUL": f'[{GOOD},{{"labels":{{"a":"b\\u0000"}}}}]'.encode(),
    "half a character": f'[{GOOD},{{"labels":{{"a":"\\ud800"}}}}]'.encode(),
    "a label twice": f'[{GOOD},{{"labels":{{"a":"b","a":"c"}}}}]'.encode(),
    "labels twice": f'[{GOOD},{{"labels":{{"a":"b"}},"labels":{{"a":"c"}}}}]'.encode(),
    "labels twice, once in disguise": b'[{"labels":{"a":"b"},"l\\u0061bels":{"a":"c"}}]',
    "too deep": b'[{"labels":{"a":"b"},"x":' + b"[" * 70 + b"]" * 70 + b"}]",
    "far too deep": b'[{"labels":' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
    "an end that is none": b'[{"labels":{"a":"b"},"endsAt":"tomorrow"}]',
    "an end that is a number": b'[{"labels":{"a":"b"},"endsAt":17}]',
    "an end beyond time": b'[{"labels":{"a":"b"},"endsAt":"9999-12-31T23:59:59-23:59"}]',
    "an address that is a list": b'[{"labels":{"a":"b"},"generatorURL":[]}]',
    "two values": b"[][]",
    "a number too large": b'[{"labels":{"a":"b"},"x":1e999}]',
}


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def intake(ledger: Ledger) -> Generator[Intake]:
    with taking(ledger) as working:
        yield working


def test_of_a_body_that_cannot_be_read_nothing_is_stored_but_the_dead_letter(
    ledger: Ledger, intake: Intake
) -> None:
    key = source(ledger)
    for number, (what, body) in enumerate(BAD.items(), start=1):
        told = post(intake, f"/am/{key}/api/v2/alerts", body)
        assert told.status == 400, what
        assert isinstance(told.json, str), what
        assert len(letters(ledger)) == number, what
    assert alerts(ledger) == []
    assert {letter.code for letter in letters(ledger)} == {"unreadable"}


def test_what_was_seen_before_does_not_let_a_doubled_name_pass(
    ledger: Ledger, intake: Intake
) -> None:
    key = source(ledger)
    assert send(intake, key, alert("Good")).status == 200
    doubled = GOOD.replace('{"labels"', '{"labels":{},"labels"', 1)
    assert post(intake, f"/am/{key}/api/v2/alerts", f"[{doubled}]".encode()).status == 400


@pytest.mark.parametrize("kind", [SourceKind.ALERTMANAGER, SourceKind.GENERIC])
def test_the_other_doors_refuse_the_same(ledger: Ledger, intake: Intake, kind: SourceKind) -> None:
    key = source(ledger, kind)
    for what, body in BAD.items():
        told = post(intake, f"/intake/{key}", body)
        assert (told.status, told.headers["content-type"]) == (
            400,
            "application/problem+json",
        ), what
    assert alerts(ledger) == []


def test_pagerduty_is_told_in_its_own_words(intake: Intake) -> None:
    for what, body in BAD.items():
        for path in ("/v2/enqueue", "/v2/change/enqueue"):
            told = post(intake, path, body)
            assert (told.status, told.json["status"]) == (400, "invalid event"), what


def test_a_body_over_a_megabyte_is_refused_before_it_is_held(
    ledger: Ledger, intake: Intake
) -> None:
    key = source(ledger)
    path, large = f"/am/{key}/api/v2/alerts", b"[" + b" " * LIMIT + b"]"
    by_length = Post(path, large, {"content-length": str(len(large))})
    for told in all_posted(intake, [by_length, Post(path, large, chunk_bytes=65536)]):
        assert (told.status, told.json["code"]) == (413, "body_too_large")
    assert [letter.has_body for letter in letters(ledger)] == [False, False]


def test_compressed_bodies_are_read_and_bombs_are_not(ledger: Ledger, intake: Intake) -> None:
    path = f"/am/{source(ledger)}/api/v2/alerts"
    zipped = gzip.compress(bodied(alert("Good")))
    bomb = gzip.compress(b"[" + b" " * 50_000_000 + b"]")
    assert len(bomb) < LIMIT
    expected = [(zipped, 200), (bomb, 413), (zipped[:-4], 400), (zipped + b"x", 400), (b"x", 400)]
    for body, status in expected:
        assert post(intake, path, body, content_encoding="gzip").status == status
    assert post(intake, path, zipped, content_encoding="br").status == 400
    assert [one.title for one in alerts(ledger)] == ["Good"]


def test_keys_tokens_and_nothing_else_open_the_door(ledger: Ledger, intake: Intake) -> None:
    key, body = source(ledger), bodied(alert("Good"))

    def status(authorization: str) -> int:
        return post(intake, "/api/v2/alerts", body, authorization=authorization).status

    basic = base64.b64encode(f"prometheus:{key}".encode()).decode()
    assert [status(f"Bearer {key}"), status(f"Basic {basic}")] == [200, 200]
    assert status("Bearer token-of-a-responder") == 200
    assert status("Bearer token-of-an-observer") == 403
    for wrong in ("Bearer nonsense", "Basic !", "Bearer ", "", "Digest x"):
        assert status(wrong) == 401, wrong
    assert {one.source for one in alerts(ledger)} > {"api"}
    assert post(intake, "/intake/token-of-a-responder", body).status == 401


def test_a_retired_or_replaced_key_stops_at_once_in_every_process(
    ledger: Ledger, intake: Intake
) -> None:
    work = UnitOfWork(ledger, TOCSIN)
    other = Ledger(Database(ledger.database.url), ledger.keys, ledger.clock)
    id_, key = commands.create_source(work, name="a", kind=SourceKind.PROMETHEUS)
    with taking(other) as elsewhere:
        both = (intake, elsewhere)
        assert [send(one, key, alert("A")).status for one in both] == [200, 200]
        fresh = commands.replace_source_key(work, id_)
        assert [send(one, key, alert("A")).status for one in both] == [401, 401]
        assert [send(one, fresh, alert("A")).status for one in both] == [200, 200]
        commands.retire_source(work, id_)
        assert [send(one, fresh, alert("A")).status for one in both] == [401, 401]
    other.database.close()


def test_who_sends_too_much_is_told_when_to_come_back_before_anything_is_taken(
    ledger: Ledger, intake: Intake, clock: SimulatedClock
) -> None:
    work = UnitOfWork(ledger, TOCSIN)
    id_, key = commands.create_source(work, name="a", kind=SourceKind.PROMETHEUS)
    commands.change_source(work, id_, name="a", peer_url=None, rate=2)
    assert send(intake, key, *[alert(f"A{number}") for number in range(25)]).status == 200
    told = send(intake, key, alert("More"))
    assert (told.status, told.headers["retry-after"]) == (429, "3")
    assert len(alerts(ledger)) == 25
    clock.advance(timedelta(seconds=3))
    assert send(intake, key, alert("More")).status == 200


def test_a_client_that_leaves_concerns_nobody_else(ledger: Ledger, intake: Intake) -> None:
    path = f"/am/{source(ledger)}/api/v2/alerts"
    stays = [Post(path, bodied(alert(f"Stays{number}"))) for number in range(5)]

    async def make() -> list[object]:
        leaving = asyncio.create_task(posted(intake, Post(path, bodied(alert("Leaves")))))
        half = posted(intake, Post(path, b"[{", leaves=True))
        staying = asyncio.gather(half, *(posted(intake, one) for one in stays))
        await asyncio.sleep(0)
        leaving.cancel()
        return [*await staying]

    gone, *told = asyncio.run(make())
    assert gone is None
    assert [one.status for one in told if one is not None and hasattr(one, "status")] == [200] * 5


def test_nobody_fills_the_disk_with_what_cannot_be_read(
    ledger: Ledger, intake: Intake, clock: SimulatedClock
) -> None:
    key = source(ledger)
    path, large = f"/am/{key}/api/v2/alerts", b"[" + b" " * 900_000
    answers = [post(intake, path, large) for _ in range(6)]
    assert [answer.status for answer in answers] == [400, 400, 400, 429, 429, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert len(letters(ledger)) == 3
    assert send(intake, key, alert("Good")).status == 200
    clock.advance(timedelta(seconds=20))
    assert post(intake, path, large).status == 400


def test_a_sender_that_spells_an_alert_in_many_ways_is_read_each_time(
    ledger: Ledger, intake: Intake
) -> None:
    path = f"/am/{source(ledger)}/api/v2/alerts"
    for spaces in range(40):
        body = b'[{"labels":{"alertname":' + b" " * spaces + b'"Same"}}]'
        assert post(intake, path, body).status == 200
    with ledger.read() as rows:
        assert rows.scalar(text("SELECT count(*) FROM alert")) == 1


def test_a_dead_letter_that_still_cannot_be_read_stays(ledger: Ledger, intake: Intake) -> None:
    send(intake, source(ledger), alert("Good"), {"labels": {"empty": ""}})
    (letter,) = letters(ledger)
    with pytest.raises(Refused, match="at least one label pair"):
        commands.replay_dead_letter(UnitOfWork(ledger, TOCSIN), letter.id, intake.replay)
    assert letters(ledger) == [letter]


def test_a_dead_letter_can_be_read_once_tocsin_has_learnt_how(
    ledger: Ledger, intake: Intake
) -> None:
    work = UnitOfWork(ledger, TOCSIN)
    post(intake, f"/intake/{source(ledger, SourceKind.GENERIC)}", bodied(alert("Late")))
    (letter,) = letters(ledger)
    with ledger.database.write() as rows:
        rows.execute(text("UPDATE dead_letter SET path = '/api/v2/alerts'"))
    commands.replay_dead_letter(work, letter.id, intake.replay)
    assert [one.title for one in alerts(ledger)] == ["Late"]
    assert letters(ledger) == []
    with pytest.raises(Refused, match="replayed before"):
        commands.replay_dead_letter(work, letter.id, intake.replay)


def test_a_full_disk_is_507_and_mends_itself(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/tocsin.db")
    ledger = found(database, keys.make(), SimulatedClock(NOON), origin="test")
    key, pages = source(ledger), {"most": 1}

    def limit(connection: object, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages['most']}").close()  # type: ignore[attr-defined]

    event.listen(database.engine, "checkout", limit)
    with taking(ledger) as intake:
        many = [alert(f"A{number}", text="x" * 500) for number in range(200)]
        told = send(intake, key, *many)
        assert (told.status, told.json["code"]) == (507, "disk_full")
        assert int(told.headers["retry-after"]) > 0
        assert alerts(ledger) == []
        pages["most"] = 1_000_000
        assert send(intake, key, *many).status == 200
    assert len(alerts(ledger, AlertState.FIRING)) == 200
    database.close()


def test_a_database_that_is_away_is_503_and_comes_back(postgresql: str) -> None:
    engine = create_engine(postgresql, isolation_level="AUTOCOMMIT")
    name = f"away_{uuid4().hex[:16]}"

    def do(statement: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(statement))

    do(f"CREATE DATABASE {name}")
    database = Database(make_url(postgresql).set(database=name).render_as_string())
    ledger = found(database, keys.make(), SimulatedClock(NOON), origin="test")
    key = source(ledger)
    with taking(ledger) as intake:
        assert send(intake, key, alert("Before")).status == 200
        do(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        told = send(intake, key, alert("Meanwhile"))
        assert (told.status, told.json["code"]) == (503, "database_away")
        assert int(told.headers["retry-after"]) > 0
        do(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert send(intake, key, alert("Afterwards")).status == 200
    assert {one.title for one in alerts(ledger)} == {"Before", "Afterwards"}
    database.close()
    engine.dispose()
