"""Mail sent by a real client over SMTP: it declares, it adds to incidents, it brings evidence, once."""

import hashlib
import smtplib
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from email.policy import SMTP
from pathlib import Path

import pytest
from mailing import DOMAIN, House, mail
from processes import until
from sqlalchemy import select, text

from tocsin.access.policy import Role
from tocsin.features.incidents import commands as incidents
from tocsin.features.mail_in import commands
from tocsin.features.mail_in.terms import OwnerKind, WhyDead
from tocsin.features.people import commands as people
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import shown
from tocsin.runtime.mail_in import MailIn
from tocsin.runtime.outside import mail_terms
from tocsin.runtime.settings import Settings
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database

BOB = "Bob Example <bob@example.net>"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return found(database, keys.make(), SimulatedClock(NOON), origin="test")


@pytest.fixture
def house(ledger: Ledger, tmp_path: Path) -> Generator[House]:
    made = House(ledger, tmp_path)
    with made.listening():
        yield made


def notes(house: House, reference: str, name: str = "ada") -> list[str]:
    entries = house.entries(reference, name)
    return [shown(one.event.text) for one in entries if one.kind == "incident.noted"]


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


def test_whoever_is_no_longer_allowed_is_as_unknown_as_whoever_never_was(house: House) -> None:
    made, reference = house.address(), house.declared()
    adds, rex, admin = house.incident_address(reference), house.people["rex"], house.work("tim")
    wrong = [
        f"declare+{'a' * 48}@{DOMAIN}",
        f"{reference.lower()}+{'a' * 32}@{DOMAIN}",
        f"postmaster@{DOMAIN}",
        made.address.replace(DOMAIN, "example.com"),
        adds.replace(reference.lower(), "inc-2026-9999"),
        f"{'a' * 65}@{DOMAIN}",
        "@<>,",
    ]
    assert [house.answer(one, mail()) for one in wrong] == [550] * 6 + [553]
    people.give_role(admin, rex, Role.OBSERVER)
    assert (house.answer(made.address, mail()), house.answer(adds, mail())) == (550, 550)
    people.give_role(admin, rex, Role.RESPONDER)
    people.disable(admin, rex)
    assert (house.answer(made.address, mail()), house.answer(adds, mail())) == (550, 550)
    people.enable(admin, rex)
    assert (house.answer(made.address, mail()), house.answer(adds, mail())) == (250, 250)
    commands.revoke(house.work(), made.id)
    commands.closed(house.work(), reference)
    assert (house.answer(made.address, mail()), house.answer(adds, mail())) == (550, 550)


def test_a_restricted_incident_is_unknown_to_mail_of_whoever_may_not_see_it(house: House) -> None:
    reference = house.declared()
    adds = house.incident_address(reference)
    ada = house.people["ada"]
    incidents.restrict(house.work("ada"), reference, named=(ada,), reason="Fraud")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        house.sent(adds, mail())
    unknown = house.answers_of(f"declare+{'a' * 48}@{DOMAIN}")
    assert refused.value.recipients[adds] == unknown, "no word tells it from what never was"
    with pytest.raises(Refused):
        house.incident_address(reference)
    house.sent(house.incident_address(reference, "ada"), mail(text="I see it"))
    assert "I see it" in notes(house, reference)[0]


def test_one_recipient_at_a_time_no_sign_in_and_no_more_than_the_size(house: House) -> None:
    to, other = house.address().address, house.address().address
    with smtplib.SMTP(*house.place, timeout=20) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        assert client.esmtp_features["size"] == str(house.terms.mail_bytes)
        client.mail("bob@example.net")
        assert client.rcpt(to)[0] == 250
        assert client.rcpt(other)[0] == 452
        assert client.docmd("AUTH", "PLAIN AGEAYg==")[0] >= 500
        assert client.data(mail().as_bytes(policy=SMTP))[0] == 250
    assert len(house.references()) == 1


def test_a_mail_over_the_limit_is_refused_at_once_or_at_its_end(
    ledger: Ledger, tmp_path: Path
) -> None:
    house = House(ledger, tmp_path, mail_in_bytes=20_000)
    with house.listening():
        to = house.address().address
        large = mail(text="word " * 3000 + "\n" + "line\n" * 3000).as_bytes(policy=SMTP)
        assert house.answer(to, large) == 552
        with smtplib.SMTP(*house.place, timeout=20) as client:
            client.helo()
            client.mail("bob@example.net")
            client.rcpt(to)
            assert client.data(large)[0] == 552
        assert house.answer(to, mail()) == 250
    assert len(house.references()) == 1


def test_where_there_is_no_room_nothing_of_the_mail_is_taken(
    ledger: Ledger, tmp_path: Path
) -> None:
    house = House(ledger, tmp_path, incident_attachment_bytes=3_000)
    with house.listening():
        to = house.address().address
        message = mail()
        message.add_attachment(bytes(4000), maintype="application", subtype="x", filename="a")
        assert house.answer(to, message) == 552
        assert house.references() == []
        assert house.answer(to, mail()) == 250
    assert house.faults() == []


def test_many_wrong_addresses_are_slowed_down_and_one_in_use_is_never(house: House) -> None:
    to = house.address().address
    with smtplib.SMTP(*house.place, timeout=20) as client:
        client.helo()
        client.mail("bob@example.net")
        codes = [
            client.rcpt(f"declare+{'a' * 47}{'abcdefg'[nth % 7]}@{DOMAIN}")[0] for nth in range(30)
        ]
        assert codes == [550] * 20 + [450] * 10
        assert client.rcpt(to)[0] == 250


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


def test_hostile_mail_is_taken_as_words_and_files_or_refused_for_good(house: House) -> None:
    to = house.address().address
    head = b"From: \xff\xfe\0 <x>\r\nSubject: =?punycode?b?////?= \0\r\nMessage-ID: <h%d@x>\r\n"
    named = b'Content-Disposition: attachment; filename="..\\..\\\0/etc/passwd"\r\n\r\nx\r\n'
    within = b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nin\r\n--b--\r\n"
    bodies = [
        b"Content-Type: text/plain; charset=idna\r\n\r\n\x80\0\r\n",
        b"Content-Type: text/html\r\n\r\n<script>alert(1)</script><p>Seen\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n%s%s" % (named, within),
    ]
    for number, body in enumerate(bodies):
        house.sent(to, head % number + body)
    assert len(house.references()) == 3
    for reference in house.references():
        whole = "\n".join([shown(house.incident(reference).title), *notes(house, reference)])
        assert "\0" not in whole
        assert "<script" not in whole
    names = {
        shown(file.name) for one in house.references() for file in house.incident(one).evidence
    }
    assert {"passwd", "mail.eml"} <= names
    many = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 200
    assert house.answer(to, many) == 554
    assert house.faults() == []


def test_when_the_database_cannot_be_written_the_sender_is_told_to_come_again(
    house: House, database: Database
) -> None:
    to = house.address().address
    rows_are_away = text("ALTER TABLE mail_taken RENAME TO mail_taken_away")
    rows_are_back = text("ALTER TABLE mail_taken_away RENAME TO mail_taken")
    with database.write() as rows:
        rows.execute(rows_are_away)
    assert house.answer(to, mail()) == 451
    with database.write() as rows:
        rows.execute(rows_are_back)
    assert house.references() == []
    assert house.answer(to, mail()) == 250
    assert len(house.references()) == 1
    assert house.faults() == []


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


def test_somebody_has_ten_addresses_at_most_and_only_who_may_declare_has_one(house: House) -> None:
    for _ in range(10):
        house.address()
    with pytest.raises(Refused) as full:
        house.address()
    assert full.value.code == "too_many_addresses"
    for kind, owner in [(OwnerKind.PERSON, house.people["olga"]), (OwnerKind.TOKEN, "x")]:
        with pytest.raises(Refused):
            commands.create(house.work("tim"), house.terms, kind, owner)
    with pytest.raises(Refused) as others:
        commands.create(house.work("ada"), house.terms, OwnerKind.PERSON, house.people["rex"])
    assert others.value.code == "not_allowed"


def test_what_is_old_is_forgotten(house: House) -> None:
    to = house.address().address
    house.sent(to, mail(Auto_Submitted="auto-replied"))
    clock = house.ledger.clock
    assert isinstance(clock, SimulatedClock)
    clock.advance(timedelta(days=31))
    commands.forget_old(house.ledger)
    assert commands.waiting(house.work("tim")) == []


def test_the_second_process_waits_for_the_port_and_takes_over(
    ledger: Ledger, tmp_path: Path
) -> None:
    house = House(ledger, tmp_path)
    second = MailIn.of(ledger, house.chosen)
    with house.listening():
        second.start()
    try:
        until(house.is_greeted, "the second does not take over")
        assert house.answer(house.address().address, mail()) == 250
    finally:
        second.stop()
    assert not house.is_greeted()


@pytest.mark.parametrize(
    "said", ["nowhere", "127.0.0.1:0", "127.0.0.1:99999", "192.0.2.1:2525", ":25x"]
)
def test_a_place_that_is_none_is_refused_in_a_sentence(
    ledger: Ledger, tmp_path: Path, said: str
) -> None:
    chosen = Settings(data_folder=tmp_path, mail_in_domain=DOMAIN, mail_in=said)
    with pytest.raises(Refused) as refused:
        MailIn.of(ledger, chosen).start()
    assert refused.value.code == "bad_settings"
    with pytest.raises(Refused):
        MailIn.of(ledger, Settings(data_folder=tmp_path, mail_in="127.0.0.1:2525"))


def test_without_the_setting_nobody_listens_and_no_address_is_made(
    ledger: Ledger, tmp_path: Path
) -> None:
    chosen = Settings(data_folder=tmp_path)
    listener = MailIn.of(ledger, chosen)
    listener.start()
    listener.stop()
    house = House(ledger, tmp_path)
    with pytest.raises(Refused) as off:
        commands.create(house.work(), mail_terms(chosen), OwnerKind.PERSON, house.people["rex"])
    assert off.value.code == "mail_in_off"
