"""Two serving and two working processes on one PostgreSQL behave as one, also when they die."""

import json
import threading
import urllib.request
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from databases import restarted
from processes import GIVE_UP_SECONDS, Client, Organisation, Process, organisation, until
from sqlalchemy import create_engine, text

STORM, EACH = 300, 25


@pytest.fixture
def made(tmp_path: Path, own_postgresql: str) -> Generator[Organisation]:
    with organisation(tmp_path, own_postgresql) as founded:
        yield founded


def fire(
    process: Process, path: str, names: list[str], *, ends: str = "2036-01-01T00:00:00Z"
) -> int:
    """Post alerts as Prometheus does, and give the status."""
    alerts = [
        {
            "labels": {"alertname": name, "severity": "critical", "service": f"s{nth % 30}"},
            "endsAt": ends,
        }
        for nth, name in enumerate(names)
    ]
    body = json.dumps(alerts).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{process.url}{path}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=GIVE_UP_SECONDS) as answer:
            return int(answer.status)
    except OSError as error:
        return int(getattr(error, "code", 0))


def asked(url: str, sql: str) -> Any:
    engine = create_engine(url)
    with engine.connect() as rows:
        answer = rows.execute(text(sql)).scalar()
    engine.dispose()
    return answer


@pytest.mark.timeout(600)
def test_two_of_each_behave_as_one(made: Organisation) -> None:
    path = urlsplit(made.source("prometheus", "prometheus")).path + "/api/v2/alerts"
    token, observer = made.token("responder"), made.token("observer")
    one, other = made.serve(), made.serve()
    workers = [made.work(), made.work()]
    storm = [f"storm-{number}" for number in range(STORM)]
    split_over_both(one, other, path, storm)
    incidents = one_incident(Client(one.url, observer))
    assert incidents == one_incident(Client(other.url, observer))
    closed_on_one_while_the_other_counts(made, one, other, path, token)
    seen_on_the_other(one, other, token)
    one_of_each_killed(made, one, other, workers, path)
    survives_a_database_restart(made, other, path)
    other.stop()
    assert "Sound" in made.run("ledger", "verify")
    assert "Equal" in made.run("rebuild", "--check")


def split_over_both(one: Process, other: Process, path: str, names: list[str]) -> None:
    """Both are sent the whole storm at once, in pieces: each alert must be one row with two signals."""
    pieces = [names[at : at + EACH] for at in range(0, len(names), EACH)]

    def send(process: Process) -> None:
        assert all(fire(process, path, piece) == 200 for piece in pieces)

    threads = [threading.Thread(target=send, args=(process,)) for process in (one, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one_incident(client: Client) -> list[str]:
    def settled() -> list[str]:
        items = client.get("/api/v1/incidents")["items"]
        everything = sum(item["alerts"] for item in items)
        return [item["reference"] for item in items] if everything == STORM else []

    found: list[str] = until(settled, why="the storm did not become incidents")
    assert len(found) == 1, found
    return found


def closed_on_one_while_the_other_counts(
    made: Organisation, one: Process, other: Process, path: str, token: str
) -> None:
    """An alert is closed by a person on one process; the other hears it again: a new occurrence."""
    database = made.database_url
    twice = "SELECT count(*) FROM (SELECT key FROM alert GROUP BY key HAVING count(*) > 1) AS x"
    assert asked(database, "SELECT count(*) FROM alert") == STORM
    assert asked(database, twice) == 0
    heard = "SELECT sum(signals) FROM alert_seen"
    until(lambda: asked(database, heard) == 2 * STORM, why="a repeat was not counted")
    first = "FROM alert WHERE labels LIKE '%\"storm-0\"%'"
    alert = asked(database, f"SELECT id {first}")
    said = {"actionability": "false_positive", "reason": "A planned failover."}
    Client(one.url, token).post(f"/api/v1/alerts/{alert}/closure", said)
    assert fire(other, path, ["storm-0"]) == 200
    until(lambda: asked(database, f"SELECT count(*) {first}") == 2, why="no new one")
    assert asked(database, f"SELECT count(*) {first} AND state = 'firing'") == 1


def seen_on_the_other(one: Process, other: Process, token: str) -> None:
    """A page open on one sees what is changed on the other."""
    request = urllib.request.Request(
        f"{one.url}/api/v1/stream", headers={"authorization": f"Bearer {token}"}
    )
    with closing(urllib.request.urlopen(request, timeout=GIVE_UP_SECONDS)) as stream:
        read_until(stream, b"event: beat")  # its first word: from here on everything is told
        reader = threading.Thread(target=read_until, args=(stream, b"event: incidents"))
        reader.start()
        Client(other.url, token).post("/api/v1/incidents", {"title": "Seen elsewhere"})
        reader.join(GIVE_UP_SECONDS)
        assert not reader.is_alive(), "the open page heard nothing"


def read_until(stream: Any, line: bytes) -> None:
    while stream.readline().strip() != line:
        pass


def one_of_each_killed(
    made: Organisation, one: Process, other: Process, workers: list[Process], path: str
) -> None:
    """What is left takes over within 15 seconds: alerts become incidents, and nothing is lost."""
    for dead in (one, workers[0]):
        dead.kill()
        made.processes.remove(dead)
    assert fire(other, path, [f"after-kill-{number}" for number in range(3)]) == 200
    opened = "SELECT count(*) FROM alert_news"
    until(lambda: asked(made.database_url, opened) == 0, seconds=25, why="nobody took over")


def survives_a_database_restart(made: Organisation, other: Process, path: str) -> None:
    """While the database is away the answer is 503; afterwards it goes on unaided."""
    restarted(made.database_url)
    statuses: list[int] = []

    def accepted() -> bool:
        statuses.append(fire(other, path, ["after-restart"]))
        return statuses[-1] == 200

    until(accepted, why="it did not come back")
    assert set(statuses) <= {200, 503}, statuses
    there = "SELECT count(*) FROM alert WHERE labels LIKE '%after-restart%'"
    assert asked(made.database_url, there) == 1
