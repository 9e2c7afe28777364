"""Files: taken in piece by piece, sealed, proved, scanned, withdrawn, and unknown to who may not see."""

import hashlib
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.evidence import commands as evidence
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.state import Evidence
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import backup, checking, keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.app import make_app
from tocsin.runtime.features import aggregates
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database
from tocsin.web import session

Client = TestClient[Any]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSWORD = "heron lantern orbit 47"
CANARY = b"CANARY-4f1d the pool is full\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
SCANNER = """#!/bin/sh
if grep -q EICAR; then echo "Eicar-Test-Signature"; exit 1; fi
exit 0
"""
ROLES = {"ada": Role.MANAGER, "rex": Role.RESPONDER, "olga": Role.OBSERVER, "tim": Role.ADMIN}


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(NOON)


@pytest.fixture
def ledger(database: Database, clock: SimulatedClock) -> Ledger:
    return found(database, keys.make(), clock, origin="test")


def quiet(_: int, __: int) -> None:
    """Progress that nobody watches."""


def unseen(_: str, __: int) -> None:
    """As above."""


class House:
    """A Tocsin with people in it, and ways in for each."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger = ledger
        self.folder = folder
        self.people = {
            name: people.add_person(
                host_work(ledger),
                email=f"{name}@example.com",
                name=name.capitalize(),
                role=role,
                password=PASSWORD,
            )
            for name, role in ROLES.items()
        }
        said = Declaration(title="Cards refused")
        self.reference = commands.declare(self.work("rex"), said).incident.reference

    def work(self, name: str) -> UnitOfWork:
        id_ = self.people[name]
        return UnitOfWork(self.ledger, holding(ROLES[name], By(id=id_, kind="person"), id_))

    def settings(self, **said: Any) -> Settings:
        return Settings(data_folder=self.folder, **said)

    def secret(self, name: str) -> str:
        attempt = people.Attempt(email=f"{name}@example.com", password=PASSWORD)
        return people.sign_in(self.ledger, attempt)

    def files(self, reference: str = "") -> list[Evidence]:
        it = commands.one(self.work("ada"), reference or self.reference)
        return list(it.incident.evidence)

    def faults(self) -> list[str]:
        found = [*checking.rows_against_fold(self.ledger, aggregates(), quiet)]
        return [fault.sentence for fault in [*found, *evidence.check_files(self.ledger, quiet)]]


@pytest.fixture
def house(ledger: Ledger, tmp_path: Path) -> House:
    (tmp_path / "keys").mkdir()
    return House(ledger, tmp_path)


Door = Callable[..., Client]


@pytest.fixture
def api(house: House) -> Generator[Door]:
    """The API as whoever holds a token of a role sees it."""
    open_ones: list[Client] = []

    def enter(role: Role = Role.RESPONDER, **settings: Any) -> Client:
        app = make_app(house.ledger, house.settings(**settings))
        client: Client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        open_ones.append(client)
        token = people.create_token(host_work(house.ledger), name=f"t{len(open_ones)}", role=role)
        client.headers["authorization"] = f"Bearer {token}"
        return client

    yield enter
    for client in open_ones:
        client.__exit__(None, None, None)


@pytest.fixture
def browser(house: House) -> Generator[Door]:
    """The pages as somebody who is signed in sees them."""
    open_ones: list[Client] = []

    def enter(name: str = "rex", **settings: Any) -> Client:
        app = make_app(house.ledger, house.settings(**settings))
        client: Client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        open_ones.append(client)
        secret = house.secret(name)
        client.cookies.set(session.NAME, secret)
        client.headers["x-test-csrf"] = str(people.actor_of_session(house.ledger, secret).csrf)
        return client

    yield enter
    for client in open_ones:
        client.__exit__(None, None, None)


def sent(client: Client, house: House, body: bytes, name: str = "pool.log", **said: str) -> Any:
    path = f"/api/v1/incidents/{house.reference}/attachments"
    return client.post(path, content=body, params={"name": name, **said})


def test_a_file_is_attached_taken_back_and_proved(house: House, api: Door) -> None:
    client = api(Role.ADMIN)
    body = CANARY * 40_000
    made = sent(client, house, body, data_class="confidential", description="The pool's log")
    assert made.status_code == 201, made.text
    told = made.json()
    digest = hashlib.sha256(body).hexdigest()
    assert (told["sha256"], told["size"], told["media_type"]) == (digest, len(body), "text/plain")
    assert (told["data_class"], told["standing"]) == ("confidential", "unscanned")
    place = f"/api/v1/incidents/{house.reference}/attachments"
    assert [one["id"] for one in client.get(place).json()["items"]] == [told["id"]]
    taken = client.get(made.headers["location"])
    assert taken.content == body
    proof = client.get(f"{place}/{told['id']}/proof").json()
    entries = client.get(f"/api/v1/incidents/{house.reference}/timeline").json()["items"]
    assert [one["kind"] for one in entries if one["id"] == proof["entry"]] == [
        "incident.evidence_attached"
    ]
    assert proof["sha256"] == digest
    [line] = [one for one in house.ledger.after(-1) if one.seq == proof["ledger_entry"]]
    assert line.event.sha256 == digest
    assert house.faults() == []


def test_only_auditors_learn_where_in_the_ledger_it_stands(house: House, api: Door) -> None:
    client = api()
    told = sent(client, house, CANARY).json()
    place = f"/api/v1/incidents/{house.reference}/attachments/{told['id']}/proof"
    assert client.get(place).json()["ledger_entry"] is None


def test_a_form_is_taken_as_well_with_its_fields_before_the_file(house: House, api: Door) -> None:
    path = f"/api/v1/incidents/{house.reference}/attachments"
    client = api()
    form = {"data_class": "public", "description": "A shot"}
    made = client.post(path, data=form, files={"file": ("../../etc/shot.png", PNG, "text/html")})
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["name"], told["media_type"], told["data_class"]) == (
        "shot.png",
        "image/png",
        "public",
    )
    two = [("file", ("a.txt", b"a")), ("file", ("b.txt", b"b"))]
    assert client.post(path, files=two).status_code == 413
    assert client.post(path, data=form).status_code in {400, 415}
    assert len(house.files()) == 1
    assert staged(house) == 0


def staged(house: House) -> int:
    """How many files lie about that are no part of any record."""
    from sqlalchemy import func, select  # noqa: PLC0415 - for this look only

    from tocsin.features.evidence.rows import FILES  # noqa: PLC0415 - as above

    with house.ledger.read() as rows:
        query = select(func.count()).select_from(FILES).where(FILES.c.is_kept.is_(False))
        return rows.scalar(query) or 0


def test_what_is_too_large_is_refused_and_nothing_of_it_stays(house: House, api: Door) -> None:
    client = api(attachment_bytes=1000, incident_attachment_bytes=2500)
    assert sent(client, house, b"a" * 1000).status_code == 201
    over = sent(client, house, b"a" * 1001)
    assert (over.status_code, over.json()["code"]) == (413, "body_too_large")

    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"a" * 1000

    path = f"/api/v1/incidents/{house.reference}/attachments?name=a"
    assert client.post(path, content=endless()).status_code == 413
    assert sent(client, house, b"b" * 1000).status_code == 201
    assert sent(client, house, b"c" * 501).status_code == 413
    assert sent(client, house, b"c" * 500).status_code == 201
    full = sent(client, house, b"d")
    assert (full.status_code, full.json()["code"]) == (413, "too_much_evidence")
    assert [file.size for file in house.files()] == [1000, 1000, 500]
    assert staged(house) == 0


def test_the_same_request_attaches_once(house: House, api: Door) -> None:
    client = api()
    client.headers["idempotency-key"] = "k1"
    first, again = sent(client, house, CANARY), sent(client, house, CANARY)
    assert first.json() == again.json()
    assert sent(client, house, PNG).status_code == 422
    assert len(house.files()) == 1
    assert staged(house) == 0


def test_what_cannot_be_attached_is_refused_in_words(house: House, api: Door) -> None:
    client = api()
    path = f"/api/v1/incidents/{house.reference}/attachments"
    assert client.post(path, content=b"a").json()["code"] == "name_missing"
    assert sent(client, house, b"").json()["code"] == "file_missing"
    assert sent(client, house, b"a", data_class="secret").status_code == 400
    packed = client.post(f"{path}?name=a", content=b"a", headers={"content-encoding": "gzip"})
    assert packed.status_code == 415
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post(path, content=b"--x\r\n\r\nbroken", headers=broken).status_code == 400
    assert sent(api(Role.OBSERVER), house, b"a").status_code == 403
    assert sent(api(Role.AUDITOR), house, b"a").status_code == 403
    assert house.files() == []
    assert staged(house) == 0


HOSTILE = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "pic.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "report.pdf": b"%PDF-1.7\n",
    "a.zip": b"PK\x03\x04" + bytes(30),
    "run.exe": b"MZ\x90\x00" + bytes(30),
}
SAFE = {
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_rendered_that_might_run(house: House, api: Door, name: str) -> None:
    client = api()
    place = sent(client, house, HOSTILE[name], name).headers["location"]
    taken = client.get(place)
    assert taken.content == HOSTILE[name]
    assert taken.headers["content-type"] == "application/octet-stream"
    assert taken.headers["content-disposition"].startswith("attachment; ")
    assert {key: taken.headers[key] for key in SAFE} == SAFE


def test_images_and_texts_are_shown_in_place_and_sandboxed(house: House, browser: Door) -> None:
    client = browser()
    form = {"csrf": client.headers["x-test-csrf"], "data_class": "internal"}
    path = f"/incidents/{house.reference}/attachments"
    csv = b"a,b\n<script>,2\n=1+1,3\n"
    files = [("file", ("shot.png", PNG)), ("file", ("cells.csv", csv))]
    done = client.post(path, data=form, files=files, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (
        303,
        f"/incidents/{house.reference}#evidence",
    )
    image, table = house.files()
    for file, kind in ((image, "image/png"), (table, "text/plain; charset=utf-8")):
        taken = client.get(f"/incidents/{house.reference}/evidence/{file.id}/file")
        assert taken.headers["content-type"] == kind
        assert taken.headers["content-disposition"].startswith("inline; ")
        assert {key: taken.headers[key] for key in SAFE} == SAFE
    page = client.get(f"/incidents/{house.reference}/evidence/{table.id}").text
    assert "&lt;script&gt;,2" in page


def test_a_form_from_elsewhere_attaches_nothing(house: House, browser: Door) -> None:
    client = browser()
    path = f"/incidents/{house.reference}/attachments"
    file = {"file": ("a.txt", b"a")}
    assert client.post(path, data={"csrf": "guess"}, files=file).status_code == 403
    assert client.post(path, files=file).status_code == 403
    token = {"csrf": client.headers["x-test-csrf"]}
    elsewhere = {"sec-fetch-site": "cross-site"}
    assert client.post(path, data=token, files=file, headers=elsewhere).status_code == 403
    assert client.post(path, data=token).status_code == 403, "only a form with files is read"
    assert house.files() == []
    assert staged(house) == 0


def test_plain_bytes_are_nowhere_in_the_database(house: House, api: Door) -> None:
    assert sent(api(), house, CANARY * 30_000).status_code == 201
    if house.ledger.database.is_sqlite:
        kept = b"".join(file.read_bytes() for file in house.folder.glob("tocsin-*.db*"))
        assert b"SQLite format" in kept
    else:
        from sqlalchemy import select  # noqa: PLC0415 - for this look only

        from tocsin.features.evidence.rows import PIECES  # noqa: PLC0415 - as above

        with house.ledger.read() as rows:
            kept = b"".join(bytes(row) for row in rows.scalars(select(PIECES.c.sealed)))
        assert len(kept) > len(CANARY) * 30_000
    assert CANARY.strip() not in kept
    assert b"CANARY" not in kept


def test_a_backup_brings_files_back_but_none_that_was_withdrawn_since(
    house: House, api: Door, new_database: Callable[[], Database]
) -> None:
    client = api()
    body = CANARY * 40_000
    for name, what in (("kept.log", body), ("gone.log", PNG)):
        assert sent(client, house, what, name).status_code == 201
    kept, gone = house.files()
    copy = house.folder / "backup.zip"
    backup.back_up(house.ledger, copy, unseen)
    place = f"/api/v1/incidents/{house.reference}/attachments/{gone.id}"
    assert client.delete(place, params={"reason": "A customer's card"}).status_code == 200
    with pytest.raises(Exception, match="not the keys"):
        backup.restore(new_database(), copy, keys.make(), house.ledger.clock, lambda _: None)
    folder = house.folder / "keys"
    house.ledger = backup.restore(
        new_database(),
        copy,
        house.ledger.keys,
        house.ledger.clock,
        lambda change: evidence.withdraw_again(change, folder),
    )
    assert b"".join(evidence.plain(house.ledger, kept.id)) == body
    assert [file.standing for file in house.files()] == ["unscanned", "withdrawn"]
    assert house.faults() == []


def test_what_is_withdrawn_is_destroyed_and_its_digest_stays(house: House, api: Door) -> None:
    mine, theirs, manager = api(), api(), api(Role.MANAGER)
    told = sent(mine, house, PNG).json()
    place = f"/api/v1/incidents/{house.reference}/attachments/{told['id']}"
    assert mine.delete(place).json()["code"] == "reason_missing"
    assert theirs.delete(place, params={"reason": "x"}).status_code == 403
    assert manager.request("DELETE", place, json={"reason": "A card"}).json()["standing"] == (
        "withdrawn"
    )
    assert mine.get(place).status_code == 410
    assert mine.get(f"{place}/proof").json()["sha256"] == told["sha256"]
    assert mine.delete(place, params={"reason": "again"}).status_code == 200
    assert house.faults() == []
    with house.ledger.read() as rows:
        from tocsin.features.evidence.rows import count, seal_of  # noqa: PLC0415 - as above

        assert count(rows, told["id"]) == 0
        assert seal_of(rows, house.ledger.keys.encryption, told["id"]) is None


DAMAGE = {
    "missing": "DELETE FROM evidence_piece",
    "not what entry": "UPDATE evidence_piece SET sealed = :other WHERE number = 0",
    "not what": "DELETE FROM evidence_piece WHERE number = 1",
    "the ledger knows nothing": "UPDATE evidence_file SET id = 'other'",
}


@pytest.mark.parametrize("words", DAMAGE)
def test_a_changed_or_missing_file_is_noticed(house: House, api: Door, words: str) -> None:
    from sqlalchemy import text  # noqa: PLC0415 - for this look only

    assert sent(api(), house, CANARY * 20_000).status_code == 201
    assert house.faults() == []
    with house.ledger.database.write() as rows:
        statement = text(DAMAGE[words])
        rows.execute(statement, {"other": bytes(300)} if ":other" in DAMAGE[words] else {})
    assert any(words in fault for fault in house.faults())


def test_what_one_may_not_see_has_no_files(house: House, api: Door, browser: Door) -> None:
    named = (house.people["ada"],)
    said = Declaration(title="Privileged session", restricted_to=named)
    secret = commands.declare(house.work("ada"), said).incident.reference
    desk = evidence.admit(house.work("ada"), terms(house), secret)
    filing = desk.begin()
    filing.add(CANARY)
    about = evidence.About(name="canary.log")
    evidence.attach(house.work("ada"), terms(house), secret, filing.end(), about)
    [file] = house.files(secret)
    client, rex = api(Role.ADMIN), browser("rex")
    for suffix in ("", f"/{file.id}", f"/{file.id}/proof"):
        hidden = client.get(f"/api/v1/incidents/{secret}/attachments{suffix}")
        never = client.get(f"/api/v1/incidents/RES-2026-9999/attachments{suffix}")
        assert hidden.status_code == never.status_code == 404
        assert hidden.text.replace(secret, "X") == never.text.replace("RES-2026-9999", "X")
    taken = client.post(f"/api/v1/incidents/{secret}/attachments?name=a", content=b"a")
    assert taken.status_code == 404
    for suffix in ("", "/file"):
        assert rex.get(f"/incidents/{secret}/evidence/{file.id}{suffix}").status_code == 404
    mine = f"/api/v1/incidents/{house.reference}/attachments/{file.id}"
    assert client.get(mine).status_code == 404, "nor by way of another incident"
    assert browser("ada").get(f"/incidents/{secret}/evidence/{file.id}").status_code == 200


def terms(house: House) -> Any:
    from tocsin.runtime.outside import evidence_terms  # noqa: PLC0415 - as above

    return evidence_terms(house.settings())


def test_excerpts_are_kept_as_files_and_shown_as_text(
    house: House, api: Door, browser: Door
) -> None:
    path = f"/api/v1/incidents/{house.reference}/excerpts"
    said = {"kind": "chat", "text": "ada: <b>who</b> has it?\u202e", "source": "#payments"}
    span = {"began": "2026-11-24T11:00:00Z", "ended": "2026-11-24T11:30:00Z"}
    made = api().post(path, json=said | span)
    assert made.status_code == 201, made.text
    assert (made.json()["kind"], made.json()["source"]) == ("chat", "#payments")
    turned = {"began": span["ended"], "ended": span["began"]}
    assert api().post(path, json=said | turned).json()["code"] == "ends_before_it_began"
    ahead = {"began": "2026-11-24T13:00:00Z"}
    assert api().post(path, json=said | ahead).json()["code"] == "in_the_future"
    client = browser()
    form = {"csrf": client.headers["x-test-csrf"], "kind": "log", "text": "a\r\nb", "name": "x"}
    pasted = client.post(f"/incidents/{house.reference}/excerpts", data=form)
    assert pasted.status_code == 200
    chat, log = house.files()
    page = client.get(f"/incidents/{house.reference}/evidence/{chat.id}").text
    assert "ada: &lt;b&gt;who&lt;/b&gt; has it?⟦202E⟧" in page
    assert b"".join(evidence.plain(house.ledger, log.id)) == b"a\nb"
    assert staged(house) == 0


@pytest.fixture
def scanner(tmp_path: Path) -> Path:
    file = tmp_path / "scanner"
    file.write_text(SCANNER)
    file.chmod(0o755)
    return file


def test_an_infected_file_is_refused_and_that_is_recorded(
    house: House, api: Door, scanner: Path
) -> None:
    client = api(scan_command=[str(scanner)])
    assert sent(client, house, CANARY).json()["standing"] == "clean"
    refused = sent(client, house, b"X5O!P EICAR", "invoice.exe")
    assert (refused.status_code, refused.json()["code"]) == (422, "infected")
    assert "Eicar-Test-Signature" in refused.json()["detail"]
    [event] = [one.event for one in house.ledger.after(-1) if "refused" in one.kind]
    assert event.sha256 == hashlib.sha256(b"X5O!P EICAR").hexdigest()
    assert event.finding.value == "Eicar-Test-Signature"
    assert len(house.files()) == 1
    assert staged(house) == 0
    assert house.faults() == []


def test_what_cannot_be_scanned_waits_behind_a_warning_until_it_is(
    house: House, api: Door, browser: Door, scanner: Path
) -> None:
    away = {"scan_command": [str(house.folder / "not there")]}
    client, pages = api(**away), browser(**away)
    told = sent(client, house, CANARY).json()
    sent(client, house, b"X5O!P EICAR")
    assert told["standing"] == "waiting"
    place = f"/api/v1/incidents/{house.reference}/attachments/{told['id']}"
    assert client.get(place).json()["code"] == "not_scanned_yet"
    assert client.get(place, params={"unscanned": "true"}).content == CANARY
    page = f"/incidents/{house.reference}/evidence/{told['id']}"
    warned = pages.get(f"{page}/file", follow_redirects=False)
    assert (warned.status_code, warned.headers["location"]) == (303, page)
    shown = pages.get(page).text
    assert "Not scanned yet" in shown
    assert "CANARY" not in shown
    assert pages.get(f"{page}/file?unscanned=yes").content == CANARY
    evidence.scan_waiting(house.ledger, evidence_scan(house, scanner))
    assert [file.standing for file in house.files()] == ["clean", "refused"]
    assert client.get(place).content == CANARY
    assert house.faults() == []


def evidence_scan(house: House, scanner: Path) -> Any:
    from tocsin.runtime.outside import scan  # noqa: PLC0415 - as above

    return scan(house.settings(scan_command=[str(scanner)]))


def test_what_never_came_whole_is_dropped_after_an_hour(
    house: House, clock: SimulatedClock
) -> None:
    desk = evidence.admit(house.work("rex"), terms(house), house.reference)
    desk.begin().add(CANARY * 60_000)
    assert staged(house) == 1
    assert not evidence.drop_unfinished(house.ledger)
    assert staged(house) == 1
    clock.advance(timedelta(hours=2))
    evidence.drop_unfinished(house.ledger)
    assert staged(house) == 0
