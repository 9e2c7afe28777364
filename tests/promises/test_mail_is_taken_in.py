"""Mail sent by a real client over SMTP: it declares, it adds to incidents, it brings evidence, once."""

import hashlib
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from mailing import DOMAIN, House, mail

from tocsin.features.incidents.commands import may_not_see  # noqa: F401
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.words import shown
from tocsin.storage.database import Database

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
        "By mail, through the address of Rex. From, as the mail claims: "
        "Bob Example <bob@example.net>",
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
