"""A program without the right gets the same bytes in a world with a restricted incident and without."""

import asyncio
from collections.abc import Generator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from door import Client, actor, client

from tocsin.access.policy import Permission
from tocsin.api.hub import Hub
from tocsin.api.subscriber import Pace, Renewal, Watched
from tocsin.features.incidents.rows import INCIDENT
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

INCIDENTS = "/api/v1/incidents"
CANARY = "kanarienvogel"


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


@pytest.fixture
def ada(ledger: Ledger) -> Generator[Client]:
    with client(ledger) as made:
        yield made


def answers(eve: Client, open_one: str, asked: str) -> list[tuple[int, bytes, dict[str, str]]]:
    """All that a viewer can ask for, as bytes; `asked` is a reference they have no right to."""
    unknown = f"{INCIDENTS}/{asked}"
    got = [
        eve.get(INCIDENTS),
        eve.get(INCIDENTS, params={"limit": 1}),
        *(
            eve.get(INCIDENTS, params=query)
            for query in (
                {"open": "true"},
                {"open": "false"},
                {"q": CANARY},
                {"q": "RES-"},
                {"service": CANARY},
                {"team": CANARY},
                {"commander": "ada"},
                {"severity": "1"},
            )
        ),
        *(eve.get("/api/v1/search", params={"q": q}) for q in (CANARY, "RES-", "sev:1", "kan")),
        eve.get(open_one),
        eve.get(f"{open_one}/timeline"),
        eve.get(unknown),
        eve.get(unknown, headers={"if-none-match": "*"}),
        eve.get(f"{unknown}/timeline"),
        eve.get(f"{unknown}/alerts"),
        eve.put(f"{unknown}/acknowledgement"),
        eve.put(f"{unknown}/acknowledgement", headers={"if-match": '"x"'}),
        eve.post(f"{unknown}/notes", json={"text": "x"}),
        eve.post(f"{unknown}/notes", json={"text": "x", "corrects": "x"}),
        eve.request("DELETE", f"{unknown}/restriction", json={"reason": "x"}),
        eve.put(f"{unknown}/restriction", json={"reason": "x"}),
        eve.post(f"{unknown}/alerts", json={"alerts": ["x"]}),
    ]
    return [
        (answer.status_code, answer.content.replace(asked.encode(), b"REF"), dict(answer.headers))
        for answer in got
    ]


def compared(got: list[tuple[int, bytes, dict[str, str]]]) -> list[tuple[int, bytes, str]]:
    return [(status, body, headers.get("etag", "")) for status, body, headers in got]


def test_lists_search_timeline_and_refusals_are_the_same_bytes(ledger: Ledger, ada: Client) -> None:
    with client(ledger, "eve") as eve:
        for title in ("Cards refused", "Logins slow"):
            ada.post(INCIDENTS, json={"title": title})
        one = f"{INCIDENTS}/{ada.get(INCIDENTS).json()['items'][0]['reference']}"
        before = answers(eve, one, "RES-2026-9999")
        secret = restricted(ada)
        ada.put(f"{INCIDENTS}/{secret}/acknowledgement")
        ada.post(f"{INCIDENTS}/{secret}/notes", json={"text": CANARY})
        assert ada.get(f"{INCIDENTS}/{secret}").status_code == 200
        assert compared(answers(eve, one, secret)) == compared(before)


def restricted(ada: Client) -> str:
    """An incident that only ada may see."""
    made = ada.post(
        INCIDENTS, json={"title": CANARY, "severity": 1, "service": CANARY, "team": CANARY}
    )
    reference = str(made.json()["reference"])
    closed = ada.put(f"{INCIDENTS}/{reference}/restriction", json={"reason": CANARY})
    assert closed.status_code == 200, closed.text
    return reference


def test_a_restricted_incident_is_seen_by_the_named_and_opened_again(
    ledger: Ledger, ada: Client
) -> None:
    secret = f"{INCIDENTS}/{restricted(ada)}"
    with client(ledger, "eve") as eve:
        assert eve.get(secret).status_code == 404
        lifted = ada.request("DELETE", f"{secret}/restriction", json={"reason": "It was not."})
        assert lifted.json()["restricted_to"] is None
        assert eve.get(secret).json()["title"] == CANARY


@pytest.mark.parametrize("word", ["seq", "version", "ordinal", "size"])
def test_nothing_dense_is_in_any_answer(ada: Client, word: str) -> None:
    one = ada.post(INCIDENTS, json={"title": "Cards refused"}).headers["location"]
    ada.put(f"{one}/acknowledgement")
    said = {"anchor": "awareness", "instant": "2026-11-24T03:00:00Z", "why": "Call"}
    ada.post(f"{one}/anchors", json=said)
    for path in (INCIDENTS, one, f"{one}/timeline", f"{one}/alerts", f"{one}/timeline?limit=1"):
        answer = ada.get(path)
        assert f'"{word}"' not in answer.text
        assert word not in str(dict(answer.headers))


def test_tags_cursors_and_entry_ids_tell_no_number(ledger: Ledger, ada: Client) -> None:
    one = ada.post(INCIDENTS, json={"title": "Cards refused"}).headers["location"]
    for _ in range(8):
        ada.post(f"{one}/notes", json={"text": "x"})
    entries = ada.get(f"{one}/timeline").json()["items"]
    assert len({len(entry["id"]) for entry in entries}) == 1
    assert len({entry["id"][:8] for entry in entries}) == len(entries)
    with client(ledger, "eve") as eve:
        theirs = {entry["id"] for entry in eve.get(f"{one}/timeline").json()["items"]}
    assert theirs.isdisjoint(entry["id"] for entry in entries)


async def heard(hub: Hub, name: str, until: str) -> list[str]:
    """What a stream tells somebody up to and with an event."""
    told: list[str] = []
    stream = hub.stream(actor(name), Renewal(lambda: actor(name)))
    async with asyncio.timeout(20):
        async for text in stream:
            lines = [line for line in text.splitlines() if line.startswith("event")]
            told += [line for line in lines if line != "event: beat"]
            if f"event: {until}" in told:
                break
    with suppress(RuntimeError):
        await stream.aclose()
    return told


def test_the_stream_makes_no_sound(ledger: Ledger, ada: Client) -> None:
    watched = [Watched("incidents", Permission.SEE_INCIDENTS, INCIDENT)]

    async def listen() -> tuple[list[str], list[str]]:
        hub = Hub(ledger, watched, Pace(poll=60))
        await hub.start()
        try:
            of_ada = asyncio.create_task(heard(hub, "ada", "incidents"))
            of_eve = asyncio.create_task(heard(hub, "eve", "alerts"))
            while hub.open_streams < 2:
                await asyncio.sleep(0)
            await asyncio.to_thread(write_on_it)
            await hub.look()
            told_to_ada = await of_ada
            hub.alerts_changed()
            return told_to_ada, await of_eve
        finally:
            await hub.stop()

    secret = restricted(ada)

    def write_on_it() -> None:
        ada.post(f"{INCIDENTS}/{secret}/notes", json={"text": CANARY})

    told_to_ada, told_to_eve = asyncio.run(listen())
    assert told_to_ada == ["event: incidents"]
    assert told_to_eve == ["event: alerts"]
