"""Being in an audience: no permission stands in for it, it opens nothing else, and it ends at once."""

import asyncio
from collections.abc import Generator

import pytest
from audiences import INCIDENTS, WORD, House, house_with_audiences, write_all

from tocsin.access.policy import Permission
from tocsin.api.hub import Hub
from tocsin.api.subscriber import Pace, Renewal
from tocsin.features.incidents import commands
from tocsin.features.people import commands as people
from tocsin.runtime.app import RIGHTS_KEYS, WATCHED
from tocsin.runtime.opening import host_work
from tocsin.storage.database import Database

OPENING = "retry: 2000\n\nevent: beat\ndata: {}\n\n"


@pytest.fixture
def house(database: Database) -> Generator[House]:
    with house_with_audiences(database) as made:
        yield made


def test_no_permission_stands_in_for_an_audience(house: House) -> None:
    assert house.eve.actor.may >= {Permission.MANAGE_PEOPLE, Permission.READ_LEDGER}
    assert house.eve.actor.reads == frozenset()


def test_an_audience_opens_no_restricted_incident(house: House) -> None:
    reference = house.declare()
    house.lea.post(f"{INCIDENTS}/{reference}/notes", text=WORD, audience="legal")
    commands.restrict(house.eve.work, reference, named=(house.sol.id,), reason="A breach")
    assert house.lea.get(f"/incidents/{reference}").status_code == 404
    assert house.lea.get("/search/found", q=WORD).text.count(reference) == 0
    for named in (house.eve, house.sol):
        assert named.get(f"/incidents/{reference}").status_code == 200
        assert WORD not in named.get(f"/incidents/{reference}").text
        assert reference not in named.get("/search/found", q=WORD).text
    people.admit(host_work(house.ledger), "legal", house.sol.id)
    assert WORD in house.sol.get(f"/incidents/{reference}").text
    assert reference in house.sol.get("/search/found", q=WORD).text


def test_whoever_leaves_an_audience_reads_nothing_of_it_from_then_on(house: House) -> None:
    reference = house.declare()
    write_all(house, reference)
    assert house.eve.get("/api/v1/audiences").json()["items"][0]["name"] == "legal"
    members = f"/api/v1/audiences/legal/members/{house.lea.id}"
    assert house.lea.send("DELETE", members, {}).status_code == 403
    assert WORD in house.lea.get(f"/incidents/{reference}").text
    for _ in range(2):
        assert house.eve.send("DELETE", members, {}).status_code == 204
    assert WORD not in house.lea.get(f"/incidents/{reference}").text
    assert house.eve.send("PUT", members, {}).status_code == 204
    assert WORD in house.lea.get(f"/incidents/{reference}").text
    for path in ("legal/members/nobody", f"marketing/members/{house.lea.id}"):
        assert house.eve.send("PUT", f"/api/v1/audiences/{path}", {}).status_code == 404


def test_an_open_stream_ends_when_somebody_leaves_the_audience(house: House) -> None:
    before = house.lea.actor

    async def listen() -> list[str]:
        hub = Hub(house.ledger, WATCHED, Pace(poll=60, renew=60), rights_keys=RIGHTS_KEYS)
        await hub.start()
        try:
            stream = hub.stream(before, Renewal(lambda: house.lea.actor))
            told = [await anext(stream)]
            waiting = asyncio.ensure_future(anext(stream, "ended"))
            await asyncio.sleep(0)
            host = host_work(house.ledger)
            await asyncio.to_thread(people.dismiss, host, "legal", house.lea.id)
            await hub.look()
            async with asyncio.timeout(60):
                return [*told, await waiting]
        finally:
            await hub.stop()

    assert asyncio.run(listen()) == [OPENING, "ended"]
