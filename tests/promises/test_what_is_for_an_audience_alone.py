"""What is for legal or security only is read by them alone: for all others it is not there at all."""

import asyncio
import re
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient
from serving import served
from typing_in import typing_at

from tocsin.access.policy import Actor, Audience, Permission, Role
from tocsin.access.work import UnitOfWork
from tocsin.api.hub import Hub
from tocsin.api.subscriber import Pace, Renewal
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind, Which
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import Text
from tocsin.runtime.app import RIGHTS_KEYS, WATCHED, make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session
from tocsin.web.security import HEADER

PASSWORD = "heron lantern orbit 47"
INCIDENTS = "/api/v1/incidents"
WORD = "kanarienvogel"
NAMED = {"lea": Role.RESPONDER, "eve": Role.ADMIN, "sol": Role.RESPONDER}
IN = {"lea": "legal", "sol": "security"}
ONCE = re.compile(rb'name="(?:once|key)" value="[^"]*"')
OPENING = "retry: 2000\n\nevent: beat\ndata: {}\n\n"
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


@dataclass
class Somebody:
    """One person, with a token that is in the same audience."""

    client: TestClient[Any]
    ledger: Ledger
    id: str
    secret: str
    token: str
    sent: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> Any:
        return self.client.get(path, params=query or None, headers=self._headers(path))

    def send(self, method: str, path: str, said: dict[str, Any], **more: str) -> Any:
        headers, form = self._headers(path) | more, not path.startswith("/api/")
        if form:
            headers[HEADER] = people.actor_of_session(self.ledger, self.secret).csrf
            headers["sec-fetch-site"] = "same-origin"
        body: dict[str, Any] = {"data": said} if form else {"json": said}
        return self.client.request(method, path, headers=headers, follow_redirects=False, **body)

    def post(self, path: str, **said: Any) -> Any:
        return self.send("POST", path, said)

    @property
    def actor(self) -> Actor:
        return people.actor_of_session(self.ledger, self.secret).actor

    @property
    def work(self) -> UnitOfWork:
        return UnitOfWork(self.ledger, self.actor)

    def _headers(self, path: str) -> dict[str, str]:
        if path.startswith("/api/"):
            return {"authorization": f"Bearer {self.token}"}
        return {"cookie": f"{session.NAME}={self.secret}"}


@dataclass
class House:
    """An organisation, its door, and who is in it."""

    ledger: Ledger
    clock: SimulatedClock
    client: TestClient[Any]
    app: Any
    lea: Somebody
    eve: Somebody
    sol: Somebody

    def declare(self, title: str = "Cards refused") -> str:
        return commands.declare(self.eve.work, Declaration(title=title)).incident.reference


@pytest.fixture
def house(database: Database) -> Generator[House]:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    ledger = found(database, keys.make(), clock, origin="test")
    app = make_app(ledger, Settings())
    with TestClient(app, raise_server_exceptions=False) as client:
        several = {name: somebody(client, ledger, name) for name in NAMED}
        yield House(ledger, clock, client, app, **several)


def somebody(client: TestClient[Any], ledger: Ledger, name: str) -> Somebody:
    host, email = host_work(ledger), f"{name}@example.com"
    id_ = people.add_person(
        host, email=email, name=name.capitalize(), role=NAMED[name], password=PASSWORD
    )
    token = people.create_token(host, name=name, role=NAMED[name])
    if name in IN:
        people.admit(host, IN[name], id_)
        people.admit(host, IN[name], people.member_named(host, name))
    secret = people.sign_in(ledger, people.Attempt(email=email, password=PASSWORD))
    return Somebody(client, ledger, id_, secret, token)


def entries_of(who: Somebody, reference: str, **query: str) -> list[dict[str, Any]]:
    answer = who.get(f"{INCIDENTS}/{reference}/timeline", **query)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def write_all(house: House, reference: str) -> None:
    """All that can be for an audience, by every door."""
    lea, one = house.lea, f"{INCIDENTS}/{reference}"
    note = {"text": f"{WORD} @eve @lea", "audience": "legal"}
    assert lea.post(f"{one}/notes", **note).status_code == 201
    finding = {"text": WORD, "audience": "legal", "kind": "finding"}
    assert lea.post(f"{one}/notes", **finding).status_code == 201
    decision = {"question": WORD, "choice": WORD, "authority": "counsel", "audience": "legal"}
    assert lea.post(f"{one}/decisions", **decision, alternatives=[WORD]).status_code == 201
    wrong = next(entry for entry in entries_of(lea, reference) if entry["audience"])
    put_right = lea.post(f"{one}/notes", text=f"{WORD} put right", corrects=wrong["id"])
    assert put_right.status_code == 201
    marked = lea.send("PUT", f"{one}/timeline/{wrong['id']}/key-moment", {})
    assert marked.status_code == 200, marked.text
    on_page = {"text": f"{WORD} from the page", "audience": "legal", "kind": "note"}
    assert lea.post(f"/incidents/{reference}/entries", **on_page).status_code == 303
    said = {"text": WORD, "question": WORD, "audience": "legal", "kind": "decision"}
    assert lea.post(f"/incidents/{reference}/entries", **said).status_code == 303


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


def test_those_it_is_for_find_it_wherever_an_entry_is_found(house: House) -> None:
    reference = house.declare()
    write_all(house, reference)
    for path in (
        f"{INCIDENTS}/{reference}/timeline",
        f"{INCIDENTS}/{reference}/timeline?show=findings",
        f"{INCIDENTS}/{reference}/timeline?show=decisions",
        f"{INCIDENTS}/{reference}/timeline?show=key-moments",
        f"/api/v1/search?q={WORD[:6]}",
        f"/search?q={WORD[:6]}",
        f"/incidents/{reference}",
        f"/incidents/{reference}?show=people",
        f"/incidents/{reference}?at=legal-1",
        f"/incidents/{reference}?correct=legal-1",
    ):
        assert WORD in house.lea.get(path).text, path
    page = house.lea.get(f"/incidents/{reference}").text
    assert "Legal only" in page
    assert 'name="audience"' in page
    assert 'name="audience"' not in house.eve.get(f"/incidents/{reference}").text
    found = house.lea.get("/api/v1/search", q=WORD).json()["items"]
    assert [one["incident"]["reference"] for one in found] == [reference]
    assert {entry["audience"] for entry in entries_of(house.lea, reference)} == {None, "legal"}
    assert "reads what is for legal only" in house.lea.get("/account").text


def test_what_others_see_is_numbered_through(house: House) -> None:
    reference = house.declare()
    for nth in range(120):
        who, audience = (house.eve, None) if nth % 3 else (house.lea, Audience.LEGAL)
        said = Noted(kind=NoteKind.NOTE, text=Text(f"entry {nth}"), audience=audience)
        name = commands.note(who.work, reference, said).name
        assert name.startswith("legal-") is (audience is not None)
    names = re.compile(r'id="entry-([a-z0-9-]+)"')
    address, seen = f"/incidents/{reference}", list[str]()
    while address:
        page = house.eve.get(address).text
        seen += names.findall(page)
        earlier = re.search(r'href="([^"]*before=[^"]*)"', page)
        address = earlier.group(1) if earlier else ""
    assert seen == [str(number) for number in range(81, 0, -1)]
    assert '<span class="n">81</span>' in page
    assert '<span class="n">121</span>' in house.lea.get(f"/incidents/{reference}").text
    whole: list[str] = []
    path: dict[str, str] = {"limit": "7"}
    while True:
        got = house.lea.get(f"{INCIDENTS}/{reference}/timeline", **path).json()
        whole += [entry["text"] for entry in got["items"]]
        if got["next"] is None:
            break
        path["cursor"] = got["next"]
    assert len(whole) == 121


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


def test_only_those_write_for_an_audience_who_are_in_it(house: House) -> None:
    reference = house.declare()
    one = f"{INCIDENTS}/{reference}"
    for who, audience in ((house.eve, "legal"), (house.lea, "security"), (house.sol, "legal")):
        refused = who.post(f"{one}/notes", text="x", audience=audience)
        assert (refused.status_code, refused.json()["code"]) == (403, "not_in_audience")
        said = {"question": "x", "choice": "y", "authority": "z", "audience": audience}
        assert who.post(f"{one}/decisions", **said).status_code == 403
    on_page = {"text": "x", "kind": "note", "audience": "legal"}
    assert house.eve.post(f"/incidents/{reference}/entries", **on_page).status_code == 403
    update = house.lea.post(f"{one}/notes", text="x", kind="status_update", audience="legal")
    assert (update.status_code, update.json()["code"]) == (400, "bad_audience")
    assert len(entries_of(house.lea, reference)) == 1


def test_a_correction_is_for_whom_the_entry_was_for(house: House) -> None:
    reference = house.declare()
    one = f"{INCIDENTS}/{reference}"
    house.lea.post(f"{one}/notes", text="For everybody")
    house.lea.post(f"{one}/notes", text="For legal", audience="legal")
    opened, closed = (entry["id"] for entry in entries_of(house.lea, reference)[1:])
    wider = house.lea.post(f"{one}/notes", text="x", audience="legal", corrects=opened)
    assert (wider.status_code, wider.json()["code"]) == (400, "bad_audience")
    kept = house.lea.post(f"{one}/notes", text="For legal, rather", corrects=closed)
    assert kept.status_code == 201
    assert [one["audience"] for one in entries_of(house.lea, reference)][2:] == ["legal"] * 2
    fact = {"name": "clients", "unit": "clients", "value": 1, "source": "query", "corrects": closed}
    other = house.lea.post(f"{one}/impact-facts", **fact, occurred_at="2026-11-24T03:00:00Z")
    assert (other.status_code, other.json()["code"]) == (400, "bad_audience")
    assert len(entries_of(house.eve, reference)) == 2


def test_what_one_may_not_read_can_neither_be_marked_nor_put_right(house: House) -> None:
    reference = house.declare()
    house.lea.post(f"{INCIDENTS}/{reference}/notes", text="For legal", audience="legal")
    [hidden] = [one.version for one in history_of(house.lea, reference) if one.event_is_aside]
    place = f"/incidents/{reference}"
    for name in ("legal-1", "legal-2", "security-1", "99", "legal-0"):
        marked = house.eve.post(f"{place}/key-moments", mark=name)
        corrected = house.eve.post(f"{place}/entries", text="x", kind="note", corrects=name)
        assert (marked.status_code, corrected.status_code) == (400, 400), name
    with pytest.raises(Refused, match="no such entry"):
        commands.mark_key_moment(house.eve.work, reference, entry=hidden, wanted=True)
    with pytest.raises(Refused, match="no such entry"):
        commands.entry_at(house.eve.work, reference, hidden)
    assert house.lea.post(f"{place}/key-moments", mark="legal-1").status_code == 303


@dataclass
class Read:
    version: int
    event_is_aside: bool


def history_of(who: Somebody, reference: str) -> list[Read]:
    _, entries = commands.timeline(who.work, reference)
    return [Read(one.version, getattr(one.event, "audience", None) is not None) for one in entries]


def test_who_is_mentioned_and_may_not_read_it_is_named_to_the_writer(house: House) -> None:
    reference = house.declare()
    said = Noted(kind=NoteKind.NOTE, text=Text("@eve and @lea"), audience=Audience.LEGAL)
    written = commands.note(house.lea.work, reference, said)
    assert set(written.mentions) == {house.eve.id, house.lea.id}
    assert written.unseeing == (house.eve.id,)
    page = house.lea.get(f"/incidents/{reference}?wrote={written.name}").text
    assert "may not read this note, and will not hear of it" in page
    assert "may not read this note" not in house.eve.get(f"/incidents/{reference}?wrote=2").text


def test_search_gives_everybody_the_newest_that_they_may_read(house: House) -> None:
    reference = house.declare()
    eve, lea = house.eve, house.lea

    def excerpt(who: Somebody, q: str) -> list[str]:
        found = who.get("/api/v1/search", q=q).json()["items"]
        return ["".join(piece["text"] for piece in one["excerpt"]) for one in found]

    lea.post(f"{INCIDENTS}/{reference}/notes", text="The pool, first", audience="legal")
    assert (excerpt(eve, "pool"), excerpt(lea, "pool")) == ([], ["The pool, first"])
    eve.post(f"{INCIDENTS}/{reference}/notes", text="The pool, second")
    assert (excerpt(eve, "pool"), excerpt(lea, "pool")) == (["The pool, second"],) * 2
    lea.post(f"{INCIDENTS}/{reference}/notes", text="The pool, third", audience="legal")
    assert (excerpt(eve, "pool"), excerpt(lea, "pool")) == (
        ["The pool, second"],
        ["The pool, third"],
    )
    assert len(excerpt(eve, "cards -third")) == 1
    assert excerpt(lea, "cards -third") == []


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


def test_what_is_for_an_audience_is_sealed_like_all_words(house: House) -> None:
    reference = house.declare()
    house.lea.post(f"{INCIDENTS}/{reference}/notes", text=WORD, audience="legal")
    with house.ledger.read() as rows:
        lines = [str(one[0]) for one in rows.exec_driver_sql("SELECT line FROM ledger")]
    assert any('"audience":"legal"' in line for line in lines), "an auditor sees that it is there"
    assert not any(WORD in line for line in lines)


def test_no_permission_stands_in_for_an_audience(house: House) -> None:
    assert house.eve.actor.may >= {Permission.MANAGE_PEOPLE, Permission.READ_LEDGER}
    assert house.eve.actor.reads == frozenset()


def test_it_is_written_and_read_from_a_terminal(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reference = house.declare()
    with served(make_app(house.ledger, Settings())) as url:
        typed = typing_at(url, monkeypatch, capsys)
        monkeypatch.setenv("TOCSIN_TOKEN", house.lea.token)
        assert typed("note", reference, WORD, "--audience", "legal")[0] == 0
        assert f"lea wrote a note: {WORD} [legal only]" in typed("show", reference)[1]
        assert WORD in typed("search", WORD)[1]
        assert typed("note", reference, "x", "--audience", "security")[0] == 1
        monkeypatch.setenv("TOCSIN_TOKEN", house.eve.token)
        assert WORD not in typed("show", reference)[1]
        assert WORD not in typed("show", reference, "--json")[1]
        assert typed("search", WORD)[1].count(reference) == 0
        code, _, err = typed("note", reference, "x", "--audience", "legal")
        assert (code, "not among those who read for legal only" in err) == (1, True)
