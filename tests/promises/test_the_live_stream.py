"""Open pages hear within a second that something changed, never too often, and only while they may."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx2
import pytest
from door import ROLES, actor, app, client
from serving import served

from tocsin.access.policy import TOCSIN, Permission
from tocsin.access.work import UnitOfWork
from tocsin.api.hub import MOST_OF_ONE_ACTOR, Hub
from tocsin.api.subscriber import Pace, Renewal, Watched
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.people import commands as people
from tocsin.features.people.events import SessionEnded
from tocsin.features.people.terms import WhyEnded
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.storage.database import Database

WATCHED = [Watched("incidents", Permission.SEE_INCIDENTS, INCIDENT)]
SLOW = Pace(poll=600, tell=600, heartbeat=600, renew=600)
BEAT = "event: beat\ndata: {}\n\n"
OPENING = f"retry: 2000\n\n{BEAT}"
QUIET = ("", "data: {}", "event: beat")
INCIDENTS, ALERTS = "event: incidents\ndata: {}\n\n", "event: alerts\ndata: {}\n\n"

Stream = AsyncGenerator[str]


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


def declare(ledger: Ledger) -> None:
    commands.declare(UnitOfWork(ledger, actor("ada")), Declaration(title="Cards refused"))


def with_hub(ledger: Ledger, pace: Pace, act: Callable[[Hub], Awaitable[None]]) -> None:
    async def run() -> None:
        hub = Hub(ledger, WATCHED, pace, rights_keys=["person"])
        await hub.start()
        try:
            async with asyncio.timeout(30):
                await act(hub)
        finally:
            await hub.stop()

    asyncio.run(run())


async def opened(hub: Hub, name: str = "ada", renewal: Renewal | None = None) -> Stream:
    stream = hub.stream(actor(name), renewal or Renewal(lambda: actor(name)))
    assert await anext(stream) == OPENING
    return stream


def test_a_commit_in_this_process_is_told_at_once(ledger: Ledger) -> None:
    async def act(hub: Hub) -> None:
        stream = await opened(hub)
        await asyncio.to_thread(declare, ledger)
        assert await anext(stream) == INCIDENTS

    with_hub(ledger, SLOW, act)


def test_what_another_process_wrote_is_found_by_looking(ledger: Ledger) -> None:
    async def act(hub: Hub) -> None:
        stream = await opened(hub)
        other = Ledger(ledger.database, ledger.keys, ledger.clock)
        await asyncio.to_thread(declare, other)
        assert await anext(stream) == INCIDENTS

    with_hub(ledger, Pace(poll=0.05), act)


def test_a_hundred_changes_are_told_once(ledger: Ledger) -> None:
    async def act(hub: Hub) -> None:
        stream = await opened(hub)
        for _ in range(100):
            await asyncio.to_thread(hub.alerts_changed)
        assert await anext(stream) == ALERTS
        for _ in range(100):
            hub.alerts_changed()
        assert await anext(stream) == BEAT, "the next one waits for its second"

    with_hub(ledger, Pace(poll=600, tell=600, heartbeat=0.05), act)


def test_a_quiet_stream_beats(ledger: Ledger) -> None:
    async def act(hub: Hub) -> None:
        stream = await opened(hub)
        assert [await anext(stream), await anext(stream)] == [BEAT, BEAT]

    with_hub(ledger, Pace(heartbeat=0.02), act)


async def rest(stream: Stream) -> list[str]:
    return [text async for text in stream]


def test_who_is_signed_out_hears_nothing_more(ledger: Ledger) -> None:
    signed_in = [True]

    def again() -> Any:
        if not signed_in[0]:
            raise Refused("not_signed_in", "Sign in.")
        return actor("ada")

    async def act(hub: Hub) -> None:
        stream = await opened(hub, renewal=Renewal(again))
        signed_in[0] = False
        work = UnitOfWork(ledger, TOCSIN)
        add = partial(people.add_person, email="a@example.com", name="Somebody")
        await asyncio.to_thread(add, work)
        assert await rest(stream) == []
        assert hub.open_streams == 0

    with_hub(ledger, SLOW, act)


def test_rights_are_asked_again_for_news_of_people_only(ledger: Ledger) -> None:
    asked: list[str] = []

    def again() -> Any:
        asked.append("again")
        return actor("ada")

    async def act(hub: Hub) -> None:
        stream = await opened(hub, renewal=Renewal(again))
        with ledger.change(TOCSIN.by) as change:
            change.note("silence:1", SessionEnded(person="ada", reason=WhyEnded.SIGNED_OUT))
        await asyncio.to_thread(declare, ledger)
        assert await anext(stream) == INCIDENTS
        assert asked == []

    with_hub(ledger, SLOW, act)


def test_other_rights_end_a_stream_even_when_nothing_happens(ledger: Ledger) -> None:
    async def act(hub: Hub) -> None:
        stream = await opened(hub, renewal=Renewal(lambda: actor("olga")))
        assert await rest(stream) == []

    with_hub(ledger, Pace(renew=0.02), act)


def test_streams_outlive_a_database_that_is_away(ledger: Ledger) -> None:
    def away() -> Any:
        raise Refused("database_away", "Come back.", retry_after_seconds=5)

    async def act(hub: Hub) -> None:
        stream = await opened(hub, renewal=Renewal(away))
        assert await anext(stream) == BEAT

    with_hub(ledger, Pace(renew=0.01, heartbeat=0.1), act)


def test_all_streams_end_when_the_process_stops(ledger: Ledger) -> None:
    async def act(hub: Hub) -> None:
        streams = [await opened(hub, name) for name in ("ada", "eve", "olga")]
        waiting = [asyncio.create_task(rest(stream)) for stream in streams]
        hub.close()
        assert await asyncio.gather(*waiting) == [[], [], []]

    with_hub(ledger, SLOW, act)


def test_who_may_see_nothing_has_no_stream(ledger: Ledger) -> None:
    with client(ledger, "tim") as tim:
        assert "tim" in ROLES
        answer = tim.get("/api/v1/stream")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_nobody_holds_streams_without_end(ledger: Ledger) -> None:
    async def act(hub: Hub) -> None:
        streams = [await opened(hub) for _ in range(MOST_OF_ONE_ACTOR)]
        with pytest.raises(Refused, match="open already"):
            hub.must_have_room(actor("ada"))
        hub.must_have_room(actor("eve"))
        await streams[0].aclose()
        hub.must_have_room(actor("ada"))

    with_hub(ledger, SLOW, act)


def test_over_http_a_stream_begins_tells_and_ends(ledger: Ledger) -> None:
    hub = Hub(ledger, WATCHED)
    with served(app(ledger, hub)) as url:
        headers = {"authorization": "Bearer ada"}
        path = f"{url}/api/v1/stream"
        with httpx2.stream("GET", path, headers=headers, timeout=20, trust_env=False) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            lines = answer.iter_lines()
            assert [next(lines) for _ in range(5)] == OPENING.splitlines()
            declare(ledger)
            assert next(line for line in lines if line not in QUIET) == "event: incidents"
            hub.close()
            assert [line for line in lines if line not in QUIET] == []
        assert hub.open_streams == 0
