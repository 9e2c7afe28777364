"""Files are taken in piece by piece, from forms and programs: whole and once, or not at all."""

from collections.abc import Generator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from attaching import CANARY, PNG, Door, House, api_of, pages_of, sent, staged

from tocsin.access.policy import Role
from tocsin.features.evidence import commands as evidence
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


def test_what_never_came_whole_is_dropped_after_an_hour(house: House) -> None:
    desk = evidence.admit(house.work("rex"), house.terms, house.reference)
    desk.begin().add(CANARY * 60_000)
    assert staged(house) == 1
    assert not evidence.drop_unfinished(house.ledger)
    assert staged(house) == 1
    house.clock.advance(timedelta(hours=2))
    evidence.drop_unfinished(house.ledger)
    assert staged(house) == 0
