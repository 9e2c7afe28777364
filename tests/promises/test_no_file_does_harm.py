"""Files that may do harm: refused by a scanner, kept behind a warning, never run where they are shown."""

import hashlib
from collections.abc import Generator
from pathlib import Path

import pytest
from attaching import CANARY, PNG, Door, House, api_of, pages_of, sent, staged

from tocsin.features.evidence import commands as evidence
from tocsin.outbox.scanning import Scan
from tocsin.runtime.outside import scan
from tocsin.storage.database import Database

SCANNER = """#!/bin/sh
if grep -q EICAR; then echo "Eicar-Test-Signature"; exit 1; fi
exit 0
"""
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


@pytest.fixture
def scanner(tmp_path: Path) -> Path:
    file = tmp_path / "scanner"
    file.write_text(SCANNER)
    file.chmod(0o755)
    return file


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


def evidence_scan(house: House, scanner: Path) -> Scan:
    made = scan(house.settings(scan_command=[str(scanner)]))
    assert made is not None
    return made
