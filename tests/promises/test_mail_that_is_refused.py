"""Who may send no mail in, and which mail may not come in: refused for good, or told to come again."""

import smtplib
from collections.abc import Generator
from email.policy import SMTP
from pathlib import Path

import pytest
from mailing import DOMAIN, House, begun_at_noon, mail, notes
from sqlalchemy import text

from tocsin.access.policy import Role
from tocsin.features.incidents import commands as incidents
from tocsin.features.mail_in import commands
from tocsin.features.people import commands as people
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import shown
from tocsin.storage.database import Database


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return begun_at_noon(database)


@pytest.fixture
def house(ledger: Ledger, tmp_path: Path) -> Generator[House]:
    made = House(ledger, tmp_path)
    with made.listening():
        yield made


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
