"""Mail sent by a real client over SMTP: it declares, it adds to incidents, it brings evidence, once."""

import hashlib
from collections.abc import Generator
from datetime import timedelta
from email.policy import SMTP
from pathlib import Path

import pytest
from mailing import BOB, DOMAIN, House, begun_at_noon, mail, notes
from sqlalchemy import select

from tocsin.features.mail_in import commands
from tocsin.features.mail_in.terms import WhyDead
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import shown
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return begun_at_noon(database)


@pytest.fixture
def house(ledger: Ledger, tmp_path: Path) -> Generator[House]:
    made = House(ledger, tmp_path)
    with made.listening():
        yield made


def test_a_mail_declares_an_incident_with_its_text_and_everything_enclosed(house: House) -> None:
    message = mail(text="Since noon, all cards.\n")
    message.add_attachment(PNG, maintype="image", subtype="png", filename="../../shot.png")
    house.sent(house.address().address, message)
    [reference] = house.references()
    incident = house.incident(reference)
    assert shown(incident.title) == "Cards are refused"
    assert incident.declared_by == house.people["rex"]
    [note] = notes(house, reference)
    assert note.splitlines() == [
        f"By mail, through the address of Rex. From, as the mail claims: {BOB}",
        "",
        "Since noon, all cards.",
    ]
    whole, shot = incident.evidence
    assert (shown(whole.name), shown(shot.name)) == ("mail.eml", "shot.png")
    assert (shot.sha256, shot.size, shot.media_type) == (
        hashlib.sha256(PNG).hexdigest(),
        len(PNG),
        "image/png",
    )
    assert house.file(shot.id) == PNG
    assert b"Since noon, all cards." in house.file(whole.id)
    assert {entry.by.through for entry in house.entries(reference)} == {"mail"}
    assert house.faults() == []


def test_a_mail_to_an_incident_is_a_note_with_its_files(house: House) -> None:
    reference = house.declared()
    address = house.incident_address(reference)
    assert address.startswith(f"{reference.lower()}+")
    assert house.incident_address(reference) == address, "it can be looked up again"
    message = mail(
        subject="Re: cards", text="It is the pool.\n\nOn Tue, Ada wrote:\n> What is it?\n"
    )
    message.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="pool.csv")
    house.sent(address.upper().replace(DOMAIN.upper(), DOMAIN), message)
    [note] = notes(house, reference)
    assert note.splitlines()[1:] == ["Subject: Re: cards", "", "It is the pool."]
    whole, pool = house.incident(reference).evidence
    assert shown(pool.name) == "pool.csv"
    assert b"What is it?" in house.file(whole.id), "what was cut is in the whole mail"
    assert house.faults() == []


def test_a_mail_brought_again_is_taken_once_and_another_one_is_another(house: House) -> None:
    declares, message = house.address().address, mail()
    for received in ("first", "second"):
        traced = f"Received: by {received}.example.net\r\n".encode() + message.as_bytes(policy=SMTP)
        house.sent(declares, traced)
    assert len(house.references()) == 1
    house.sent(declares, mail(Message_ID="<two@example.net>"))
    assert len(house.references()) == 2
    reference = house.references()[0]
    for _ in range(2):
        house.sent(house.incident_address(reference), message)
    assert len(notes(house, reference)) == 2
    assert len(house.incident(reference).evidence) == 2


def test_a_team_declares_for_itself_with_the_rights_of_a_responder(house: House) -> None:
    admin = house.work("tim")
    people.create_team(admin, "payments")
    made = commands.create_for_team(admin, house.terms, "payments")
    house.sent(made.address, mail())
    [reference] = house.references()
    assert house.incident(reference).team == "payments"
    assert "the team payments" in notes(house, reference)[0]
    by = house.entries(reference)[0].by
    assert (by.kind, by.through) == ("team", "mail")


def test_mail_that_nobody_wrote_declares_nothing_and_waits_with_its_reason(house: House) -> None:
    to = house.address().address
    written = {
        "": (mail(), WhyDead.BOUNCE),
        "a@example.net": (mail(Auto_Submitted="auto-replied"), WhyDead.AUTO_REPLY),
        "b@example.net": (mail(Auto_Submitted="auto-generated"), WhyDead.AUTOMATIC),
        "c@example.net": (mail(Precedence="bulk"), WhyDead.BULK),
        "d@example.net": (mail(From="Tocsin <tocsin@example.org>"), WhyDead.OWN_MAIL),
    }
    for sender, (message, _) in written.items():
        for _again in range(2):
            message.replace_header("Message-ID", f"<{sender or 'bounce'}>")
            house.sent(to, message, sender)
    assert house.references() == []
    admin = house.work("tim")
    letters = commands.waiting(admin)
    assert sorted(one.why for one in letters) == sorted(why for _, why in written.values())
    with pytest.raises(Refused):
        commands.waiting(house.work("ada"))
    [monitor] = [one for one in letters if one.why is WhyDead.AUTOMATIC]
    commands.take_letter(admin, house.terms, monitor.id)
    [reference] = house.references()
    assert house.incident(reference).declared_by == house.people["rex"]
    with pytest.raises(Refused) as again:
        commands.take_letter(admin, house.terms, monitor.id)
    assert again.value.code == "already_replayed"
    assert len(commands.waiting(admin)) == 4
    assert house.faults() == []


def test_a_monitors_mail_adds_to_an_incident_and_a_holiday_reply_does_not(house: House) -> None:
    reference = house.declared()
    to = house.incident_address(reference)
    house.sent(to, mail(text="Pool is full", Auto_Submitted="auto-generated"))
    house.sent(to, mail(text="I am away", Auto_Submitted="auto-replied"))
    [note] = notes(house, reference)
    assert "Pool is full" in note


def test_no_secret_is_in_anything_that_is_kept(house: House, database: Database) -> None:
    made, reference = house.address(), house.declared()
    adds = house.incident_address(reference)
    secrets = [one.partition("+")[2].partition("@")[0] for one in (made.address, adds)]
    for to in (made.address, adds):
        message = mail(subject=f"To {to}", text=f"Write to {to} please", To=to, From=to)
        message.add_attachment(to.encode(), maintype="text", subtype="plain", filename=f"{to}.txt")
        message.add_attachment(to.encode() * 9, maintype="image", subtype="x", filename="a.x")
        house.sent(to, message)
    house.sent(made.address, mail(To=made.address, Auto_Submitted="auto-replied"))
    for one in house.references():
        told = [str(entry.event) for entry in house.entries(one)]
        kept = [house.file(file.id).decode() for file in house.incident(one).evidence]
        names = [shown(file.name) for file in house.incident(one).evidence]
        for words in [*told, *kept, *names]:
            assert not any(secret in words.lower() for secret in secrets), words
        assert any("[secret]" in words for words in kept)
    with database.read() as rows:
        for table in METADATA.sorted_tables:
            for row in rows.execute(select(table)):
                assert not any(secret in str(row).lower() for secret in secrets), table.name


def test_what_a_scanner_finds_something_in_is_not_kept_and_the_note_is(
    ledger: Ledger, tmp_path: Path
) -> None:
    scanner = tmp_path / "scan"
    scanner.write_text("#!/bin/sh\ngrep -q EICAR && echo Eicar && exit 1\nexit 0\n")
    scanner.chmod(0o755)
    house = House(ledger, tmp_path, scan_command=(str(scanner),))
    with house.listening():
        message = mail(text="See the file")
        message.add_attachment(b"EICAR", maintype="application", subtype="x", filename="a.com")
        message.add_attachment(b"fine", maintype="application", subtype="x", filename="b.txt")
        house.sent(house.address().address, message)
    [reference] = house.references()
    standing = {
        shown(file.name): file.standing.value for file in house.incident(reference).evidence
    }
    assert standing == {"mail.eml": "clean", "b.txt": "clean"}
    [refused] = [
        one.event for one in house.entries(reference) if one.kind == "incident.evidence_refused"
    ]
    assert (shown(refused.name), shown(refused.finding)) == ("a.com", "Eicar")
    assert "See the file" in notes(house, reference)[0]
    assert house.faults() == []


def test_what_is_old_is_forgotten(house: House) -> None:
    to = house.address().address
    house.sent(to, mail(Auto_Submitted="auto-replied"))
    clock = house.ledger.clock
    assert isinstance(clock, SimulatedClock)
    clock.advance(timedelta(days=31))
    commands.forget_old(house.ledger)
    assert commands.waiting(house.work("tim")) == []
