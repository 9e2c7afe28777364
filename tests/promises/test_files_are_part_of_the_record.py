"""Files: sealed, proved, brought back, withdrawn for good, and unknown to who may not see."""

import hashlib
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from attaching import CANARY, PNG, Door, House, api_of, pages_of, sent
from sqlalchemy import select, text

from tocsin.access.policy import Role
from tocsin.features.evidence import commands as evidence
from tocsin.features.evidence.rows import PIECES, count, seal_of
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Declaration
from tocsin.ledger import backup, keys
from tocsin.storage.database import Database


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return House(database, tmp_path)


@pytest.fixture
def api(house: House) -> Generator[Door]:
    with api_of(house) as enter:
        yield enter


@pytest.fixture
def browser(house: House) -> Generator[Door]:
    with pages_of(house) as enter:
        yield enter


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


def test_plain_bytes_are_nowhere_in_the_database(house: House, api: Door) -> None:
    assert sent(api(), house, CANARY * 30_000).status_code == 201
    if house.ledger.database.is_sqlite:
        kept = b"".join(file.read_bytes() for file in house.folder.glob("tocsin-*.db*"))
        assert b"SQLite format" in kept
    else:
        with house.ledger.read() as rows:
            kept = b"".join(bytes(row) for row in rows.scalars(select(PIECES.c.sealed)))
        assert len(kept) > len(CANARY) * 30_000
    assert CANARY.strip() not in kept
    assert b"CANARY" not in kept


def unseen(_: str, __: int) -> None:
    """Progress that nobody watches."""


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
    desk = evidence.admit(house.work("ada"), house.terms, secret)
    filing = desk.begin()
    filing.add(CANARY)
    about = evidence.About(name="canary.log")
    evidence.attach(house.work("ada"), house.terms, secret, filing.end(), about)
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
