"""Only who is in an audience writes for it, puts right what was written, and marks it."""

from collections.abc import Generator
from dataclasses import dataclass

import pytest
from audiences import INCIDENTS, House, Somebody, entries_of, house_with_audiences

from tocsin.access.policy import Audience
from tocsin.features.incidents import commands
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import NoteKind
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text
from tocsin.storage.database import Database


@pytest.fixture
def house(database: Database) -> Generator[House]:
    with house_with_audiences(database) as made:
        yield made


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
