"""Hostile words leave the house as words: in mails, webhooks, logs, on terminals and in files."""

import json
import logging
import re
from collections.abc import Generator, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from hostile import ATTACKS, SEED, is_text, words
from open_house import NOON, open_house
from processes import organisation
from pypdf import PdfReader
from pypdf.generic import NameObject
from receivers import mail_sink, receiving, takes
from telling import House
from typing_in import an_api, typing_at

from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.features.notices import commands as notices
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.one_line import is_seen, one_line
from tocsin.ledger.words import Text
from tocsin.storage.database import Database

TEXTS = [text for text in words(10_000) if is_text(text) and text.strip()]
TITLES = [text for text in TEXTS if is_seen(one_line(text)) and len(one_line(text)) <= 200]
HEADERS = {"From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "In-Reply-To",
           "References", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}  # fmt: skip
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    logging.disable(logging.INFO)
    yield
    logging.disable(logging.NOTSET)


def some(count: int, texts: list[str] = TITLES) -> list[str]:
    """Every line of attack, and a sample of the mixtures."""
    plain = [text for kind in ("line", "control", "sign", "formula") for text in ATTACKS[kind]]
    fitting = [text for text in plain if text in texts]
    return [*fitting, *Random(SEED).sample(texts, count)]


@pytest.mark.parametrize("count", [5, pytest.param(40, marks=pytest.mark.soak)])
def test_mails_and_webhooks_carry_them_as_words(database: Database, count: int) -> None:
    titles = some(count)
    with mail_sink() as (smtp, mails), receiving(takes) as receiver:
        house = House(database, SimulatedClock(NOON), smtp)
        notices.add_mail_list(house.work, "crew", ("crew@example.com",))
        notices.add_webhook(house.work, "hook", receiver.url)
        for title in titles:
            reference = house.declare(title)
            note = Noted(kind=NoteKind.STATUS_UPDATE, text=Text(title))
            incidents.state(house.work, reference, note)
        house.follow()
        while "waiting" in house.states():
            house.send()
            if len(mails) >= 2 * len(titles) and len(receiver.heard) >= 2 * len(titles):
                break
    said = [message_from_bytes(mail, policy=policy.default) for _, mail in mails]
    assert len(said) == 2 * len(titles)
    for mail in said:
        must_be_a_mail(mail)
    told = [json.loads(heard.body) for heard in receiver.heard]
    assert {one["incident"]["title"] for one in told} == {one_line(title) for title in titles}
    assert {one["text"] for one in told} >= {*titles}


def must_be_a_mail(mail: EmailMessage) -> None:
    """No header but ours, a subject of one line, and a text."""
    assert {*mail.keys()} <= HEADERS, mail.keys()
    assert mail["To"] == "crew@example.com"
    assert not UNSEEN.search(str(mail["Subject"])), ascii(mail["Subject"])
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().rstrip().splitlines()[-1].startswith("https://tocsin.example.com/")


def test_a_terminal_is_never_moved_by_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with an_api(tmp_path) as url:
        type_ = typing_at(url, monkeypatch, capsys)
        for text in [*ATTACKS["control"], *ATTACKS["line"][:5], *ATTACKS["sign"][:6]]:
            code, out, err = type_("declare", "--service", text[:200] or "x", "--", text)
            must_be_plain(out, err)
            if code == 0:
                reference = out.split()[0]
                for line in (("note", reference, "--", text), ("task", reference, "--", text)):
                    must_be_plain(*type_(*line)[1:])
                must_be_plain(*type_("show", reference)[1:])
            must_be_plain(*type_("show", text)[1:])
        for words_ in ("ls", "tasks", "search x", "search x --json"):
            must_be_plain(*type_(*words_.split())[1:])
        whole = type_("ls", "--json")[1]
        must_be_plain(whole)
        kept = json.loads(whole)
        assert {one["service"] for one in kept} >= {"\x9b31m", "\x1b[6n"}, "JSON says it, escaped"


def must_be_plain(*printed: str) -> None:
    for text in printed:
        found = UNSEEN.search(text)
        assert found is None, ascii(text[max(0, found.start() - 40) : found.end() + 40])


def test_a_log_has_one_line_for_each_record(tmp_path: Path) -> None:
    with organisation(tmp_path) as house:
        served = house.serve()
        for text in ATTACKS["line"] + ATTACKS["control"] + ATTACKS["json"]:
            path = "".join(f"%{byte:02x}" for byte in text.encode())
            for place in (f"/{path}", f"/incidents?text={path}", f"/api/v1/incidents/{path}"):
                agent = {"user-agent": path, "authorization": f"Bearer {path}"}
                assert status_of(Request(f"{served.url}{place}", headers=agent)) < 500, place
        served.stop()
        assert served.log is not None
        lines = served.log.read_text().splitlines()
        records = [line for line in lines if not line.startswith("Tocsin is at ")]
        assert records
        for line in records:
            assert isinstance(json.loads(line), dict), line
        assert not UNSEEN.search("".join(lines))


def status_of(asked: Request) -> int:
    """The status of an answer, whatever it is."""
    try:
        with urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


ACTIONS = {"/JavaScript", "/JS", "/Launch", "/URI", "/SubmitForm", "/ImportData", "/GoToR", "/OpenAction",
           "/AA", "/AcroForm", "/EmbeddedFiles", "/RichMedia"}  # fmt: skip
"""What makes a PDF do something, ask somebody, or carry more than it shows (ISO 32000-2, 12.6)."""


def test_an_incident_on_paper_shows_them_and_does_nothing(tmp_path: Path) -> None:
    texts = [text for kind in ATTACKS.values() for text in kind if len(text) < 500]
    with open_house(tmp_path / "house") as house:
        reference = house.declare("".join(texts[:3]))
        for text in texts:
            incidents.state(house.work(), reference, Noted(kind=NoteKind.NOTE, text=Text(text)))
        answer = house.api("GET", f"/api/v1/incidents/{reference}/paper")
    assert answer.status_code == 200, answer.text
    pdf = PdfReader(BytesIO(answer.content))
    size: Any = pdf.trailer["/Size"]
    found = [one for one in map(pdf.get_object, range(1, int(size))) if one]
    assert not ACTIONS & {name for one in found for name in names_in(one)}
    said = "".join("".join(page.extract_text() for page in pdf.pages).split())
    for text in (*ATTACKS["script"][:4], *ATTACKS["formula"][:6], *ATTACKS["template"]):
        assert "".join(text.split()) in said, ascii(text)


def names_in(thing: Any) -> Iterator[str]:
    """Every name in an object of a PDF, whether it says of what something is, or what."""
    match thing:
        case NameObject():
            yield str(thing)
        case dict():
            for key, value in thing.items():
                yield from (str(key), *names_in(value))
        case list():
            for value in thing:
                yield from names_in(value)
        case _:
            return


SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.__pwned=1'><script>1</script></svg>"
ZIP = b"PK\x03\x04" + bytes(26) + b"../../../../tmp/evil.sh"
FILES: dict[str, bytes] = {
    "an SVG with a script": SVG,
    "a page": b"<!doctype html><script>window.__pwned=1</script>",
    "a GIF that is a script": b"GIF89a/*" + bytes(8) + b"*/=1;window.__pwned=1//",
    "a PNG with a page in it": b"\x89PNG\r\n\x1a\n" + b"<script>window.__pwned=1</script>",
    "a PDF with a script": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
    "an archive with paths": ZIP,
    "XML with an entity": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>",
    "text that looks like a page": b"\xef\xbb\xbf  <html><body onload=window.__pwned=1>",
    "UTF-16": "<script>window.__pwned=1</script>".encode("utf-16"),
    "UTF-7": b"+ADw-script+AD4-window.__pwned=1",
    "a manifest": b"CACHE MANIFEST\n/",
    "nothing but a script": b"window.__pwned=1",
}
INERT = re.compile(
    r"image/(png|jpeg|gif|webp)|text/plain; charset=utf-8|application/octet-stream|application/pdf"
)


def test_a_file_is_sealed_off_whatever_it_is(tmp_path: Path) -> None:
    with open_house(tmp_path / "house") as house:
        reference = house.declare()
        place = f"/api/v1/incidents/{reference}/attachments"
        token = {"authorization": f"Bearer {house.token}"}
        for what, content in FILES.items():
            for kind in ("image/svg+xml", "text/html", "image/png"):
                headers = token | {"content-type": kind}
                answer = house.client.post(f"{place}?name=x.html", content=content, headers=headers)
                assert answer.status_code == 201, (what, answer.text)
                id_ = answer.json()["id"]
                for path in (f"{place}/{id_}", f"/incidents/{reference}/evidence/{id_}/file"):
                    shown = house.client.get(path, headers=token)
                    assert (shown.status_code, shown.content) == (200, content), (what, path)
                    must_be_sealed_off(dict(shown.headers))


def must_be_sealed_off(found: dict[str, str]) -> None:
    """It runs nothing, is guessed to be nothing else, and is shown in place only where that is safe."""
    assert found["x-content-type-options"] == "nosniff"
    assert "sandbox" in found["content-security-policy"]
    assert "default-src 'none'" in found["content-security-policy"]
    assert INERT.fullmatch(found["content-type"]), found["content-type"]
    if not re.match("image/|text/plain", found["content-type"]):
        assert found["content-disposition"].startswith("attachment;")


@pytest.mark.parametrize("count", [5, pytest.param(40, marks=pytest.mark.soak)])
def test_a_files_name_is_a_word_and_never_a_path_or_a_header(tmp_path: Path, count: int) -> None:
    names = [
        *ATTACKS["path"],
        *ATTACKS["line"],
        *ATTACKS["control"],
        *ATTACKS["attribute"],
        *some(count),
    ]
    with open_house(tmp_path / "house") as house:
        reference = house.declare()
        place = f"/api/v1/incidents/{reference}/attachments"
        headers = {"authorization": f"Bearer {house.token}", "content-type": "text/plain"}
        for name in names:
            sent = house.client.post(place, params={"name": name}, content=b"x", headers=headers)
            assert sent.status_code in (201, 400, 409), (ascii(name), sent.text)
            if sent.status_code != 201:
                continue
            kept = sent.json()["name"]
            assert not set(kept) & set('/\\<>:"|?*\r\n\0'), ascii(kept)
            assert not UNSEEN.search(kept), ascii(kept)
            shown = house.client.get(f"{place}/{sent.json()['id']}", headers=headers)
            said = shown.headers["content-disposition"]
            form = r"(inline|attachment); filename=\"[^\"\\\r\n]*\"; filename\*=UTF-8''[\w.%~-]*"
            assert re.fullmatch(form, said, re.ASCII), ascii(said)
    made = {path.name for path in (tmp_path / "house").rglob("*") if path.is_file()}
    assert not [name for name in made if "passwd" in name or "htaccess" in name]
