"""What is for legal or security only is read by them alone: for all others it is not there at all."""

import asyncio
import re
from collections.abc import Generator
from contextlib import suppress
from datetime import timedelta

import pytest
from audiences import INCIDENTS, WORD, House, Somebody, house_with_audiences, write_all

from tocsin.access.policy import Actor, Audience
from tocsin.api.hub import Hub
from tocsin.api.subscriber import Pace, Renewal
from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind, Which
from tocsin.ledger.words import Text
from tocsin.runtime.app import RIGHTS_KEYS, WATCHED
from tocsin.storage.database import Database

ONCE = re.compile(rb'name="(?:once|key)" value="[^"]*"')
STREAMS = ("/stream", "/api/v1/stream")
OTHERS = (
    "address",
    "alert",
    "attachment",
    "attachment_id",
    "bulk",
    "code",
    "id",
    "letter",
    "name",
    "person",
    "silence_id",
    "token",
    "version",
)
"""What addresses name beside an incident; nothing of that sort is there."""
COUNTING = ("/metrics",)
"""What counts all that Tocsin does, for whoever runs it."""
TAKEN_AWAY = re.compile(r"/paper(\.pdf)?$")
"""Documents: the ledger's root stands on them, and each is recorded. They have a test of their own."""


@pytest.fixture
def house(database: Database) -> Generator[House]:
    with house_with_audiences(database) as made:
        yield made


def read_routes(house: House, reference: str) -> list[str]:
    """Every route of the application that answers GET, filled in for an incident."""
    fills = dict.fromkeys(OTHERS, "none") | {"reference": reference}
    paths: list[str] = []
    for route in house.app._pages.routes:
        if "GET" not in route.methods or route.path_format in STREAMS:
            continue
        path = route.path_format
        for parameter in route.path_parameters.values():
            assert parameter.name in fills, f"say what stands for {parameter.name} in {path}"
            path = path.replace(f"{{{parameter.full}}}", fills[parameter.name])
            path = path.replace(f"{{{parameter.name}}}", fills[parameter.name])
        paths.append(path)
    assert len(paths) > 50
    return [*paths, *queries(reference)]


def queries(reference: str) -> list[str]:
    """The same routes asked for more closely."""
    one, api, names = f"/incidents/{reference}", f"{INCIDENTS}/{reference}", ("legal-1", "2", "3")
    return [
        *(f"{one}?show={which}" for which in Which),
        *(f"{api}/timeline?show={which}&limit=2" for which in Which),
        *(f"{one}?{said}={name}" for said in ("at", "before", "after") for name in names),
        *(f"{one}?{said}={name}" for said in ("correct", "wrote") for name in names),
        *(f"/search?q={q}" for q in (WORD, f"-{WORD}", WORD[:5], "cards", "counsel")),
        *(f"/search/found?q={q}" for q in (WORD, "cards")),
        *(f"/api/v1/search?q={q}" for q in (WORD, f"-{WORD}", WORD[:5], "cards", "counsel")),
        *(f"{INCIDENTS}?q={q}" for q in (WORD, f"-{WORD}", "cards")),
        f"/incidents?text={WORD}",
        "/incidents?sort=updated",
    ]


def answers(house: House, who: Somebody, reference: str) -> dict[str, tuple[int, bytes, str]]:
    got: dict[str, tuple[int, bytes, str]] = {}
    for path in read_routes(house, reference):
        answer = who.get(path)
        assert answer.status_code < 500, (path, answer.text)
        content = ONCE.sub(b"", answer.content)
        got[path] = (answer.status_code, content, answer.headers.get("etag", ""))
    return got


def changed(before: tuple[int, bytes, str], after: tuple[int, bytes, str]) -> list[str]:
    """How one answer differs from another, line by line."""
    if before == after:
        return []
    lines = zip(before[1].split(b"\n"), after[1].split(b"\n"), strict=False)
    differ = [f"{one!r} became {other!r}" for one, other in lines if one != other]
    return [f"{before[0]} {before[2]} became {after[0]} {after[2]}", *differ]


@pytest.mark.parametrize("outside", ["eve", "sol"])
def test_for_all_others_every_answer_is_the_same_bytes_as_if_it_were_not_there(
    house: House, outside: str
) -> None:
    other: Somebody = getattr(house, outside)
    reference = house.declare()
    commands.note(other.work, reference, Noted(kind=NoteKind.NOTE, text=Text("Cards are refused")))
    house.declare("Logins slow")
    house.clock.advance(timedelta(hours=1))
    before = answers(house, other, reference)
    write_all(house, reference)
    after = answers(house, other, reference)
    for path, answer in after.items():
        assert WORD in path or WORD.encode() not in answer[1], path
        if path not in COUNTING and not TAKEN_AWAY.search(path):
            assert changed(before[path], answer) == [], path
    exported = other.post(f"{INCIDENTS}/exports", query="", format="jsonl")
    assert exported.status_code in (200, 201), exported.text
    assert WORD not in exported.text
    assert "2026-11-24T04" not in exported.text.partition("\n")[2], "it was not updated for them"


def test_a_change_that_depends_on_what_was_seen_is_not_disturbed(house: House) -> None:
    reference = house.declare()
    one = f"{INCIDENTS}/{reference}"
    tag = house.eve.get(one).headers["etag"]
    write_all(house, reference)
    assert house.eve.get(one).headers["etag"] == tag
    done = house.eve.send("PUT", f"{one}/acknowledgement", {}, **{"if-match": tag})
    assert done.status_code == 200, done.text
    stale = house.eve.send(
        "PUT", f"{one}/severity", {"severity": 1, "reason": "x"}, **{"if-match": tag}
    )
    assert stale.status_code == 412


def test_paper_holds_only_what_its_reader_may_read(house: House) -> None:
    reference = house.declare()
    write_all(house, reference)
    shown = {
        name: getattr(house, name).get(f"/incidents/{reference}/paper") for name in ("lea", "eve")
    }
    assert [one.status_code for one in shown.values()] == [200, 200]
    assert WORD in shown["lea"].text
    assert "Legal only." in shown["lea"].text
    assert WORD not in shown["eve"].text
    assert "Legal only." not in shown["eve"].text


async def heard(hub: Hub, who: Actor, until: str) -> list[str]:
    """What a stream tells somebody up to and with an event."""
    told: list[str] = []
    stream = hub.stream(who, Renewal(lambda: who))
    async with asyncio.timeout(60):
        async for text in stream:
            lines = [line for line in text.splitlines() if line.startswith("event")]
            told += [line for line in lines if line != "event: beat"]
            if f"event: {until}" in told:
                break
    with suppress(RuntimeError):
        await stream.aclose()
    return told


def test_the_stream_makes_no_sound_for_others(house: House) -> None:
    reference = house.declare()
    lea, eve, work = house.lea.actor, house.eve.actor, house.lea.work
    said = Noted(kind=NoteKind.NOTE, text=Text(WORD), audience=Audience.LEGAL)

    async def listen() -> tuple[list[str], list[str]]:
        hub = Hub(house.ledger, WATCHED, Pace(poll=60, renew=60), rights_keys=RIGHTS_KEYS)
        await hub.start()
        try:
            of_lea = asyncio.create_task(heard(hub, lea, "incidents"))
            of_eve = asyncio.create_task(heard(hub, eve, "alerts"))
            while hub.open_streams < 2:
                await asyncio.sleep(0)
            await asyncio.to_thread(commands.note, work, reference, said)
            await hub.look()
            told_to_lea = await of_lea
            hub.alerts_changed()
            return told_to_lea, await of_eve
        finally:
            await hub.stop()

    told_to_lea, told_to_eve = asyncio.run(listen())
    assert told_to_lea == ["event: incidents"]
    assert told_to_eve == ["event: alerts"]


def test_what_is_for_an_audience_is_sealed_like_all_words(house: House) -> None:
    reference = house.declare()
    house.lea.post(f"{INCIDENTS}/{reference}/notes", text=WORD, audience="legal")
    with house.ledger.read() as rows:
        lines = [str(one[0]) for one in rows.exec_driver_sql("SELECT line FROM ledger")]
    assert any('"audience":"legal"' in line for line in lines), "an auditor sees that it is there"
    assert not any(WORD in line for line in lines)
