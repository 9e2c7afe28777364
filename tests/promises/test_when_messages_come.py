"""Messages come when their reader chose: at once, in a digest, or when their quiet hours are over."""

from collections.abc import Generator
from datetime import UTC, datetime, time

import pytest
from messaging import Office, body, office_with_post

from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import roles
from tocsin.features.incidents.terms import NoteKind, RoleName
from tocsin.features.messages import commands
from tocsin.features.messages.terms import MessageState, Way
from tocsin.features.people import commands as people
from tocsin.foundation.refusal import Refused
from tocsin.storage.database import Database


@pytest.fixture
def office(database: Database) -> Generator[Office]:
    with office_with_post(database) as made:
        yield made


def test_followers_hear_how_it_goes_on_in_one_digest_and_not_of_every_note(office: Office) -> None:
    office.choose("Bob", digest_at=time(17))
    first, second, ada = office.declare(), office.declare("Payouts late"), office.work("Ada")
    for reference in (first, second):
        roles.follow(office.work("Bob"), reference)
        incidents.acknowledge(ada, reference)
    office.write(first, "A note of no matter")
    office.write(first, "We fail over now.", NoteKind.STATUS_UPDATE)
    incidents.change_severity(ada, first, severity=1, reason="All of Europe")
    office.run()
    assert office.arrived("Bob") == []
    assert {one.state for one in office.told("Bob")} == {MessageState.QUEUED}
    office.later(hours=4, minutes=59)
    assert office.arrived("Bob") == []
    office.later(minutes=1)
    [mail] = office.arrived("Bob")
    assert mail["subject"] == f"4 things happened: {first} and 1 more"
    text = body(mail)
    assert text.count(f"{first}: Cards refused") == text.count(f"{second}: Payouts late") == 1
    assert "We fail over now." in text
    assert "All of Europe" in text
    assert "of no matter" not in text
    assert {one.state for one in office.told("Bob")} == {MessageState.SENT}
    office.later(days=2)
    assert len(office.arrived("Bob")) == 1


def test_a_digest_of_very_much_is_several_mails_and_leaves_nothing_out(office: Office) -> None:
    reference, ada = office.declare(), office.work("Ada")
    roles.follow(office.work("Bob"), reference)
    for severity in (1, 2, 3) * 34:
        incidents.change_severity(ada, reference, severity=severity, reason="It changes.")
    office.later(days=1)
    told = [body(mail).count("It changes.") for mail in office.arrived("Bob")]
    assert sorted(told) == [2, 100]
    assert office.states() == [("sent", None)] * 102


def test_another_time_of_day_counts_for_what_waits_already(office: Office) -> None:
    reference = office.declare()
    roles.follow(office.work("Bob"), reference)
    incidents.acknowledge(office.work("Ada"), reference)
    office.run()
    office.choose("Bob", digest_at=time(13))
    office.later(hours=1)
    assert len(office.arrived("Bob")) == 1
    office.later(days=2)
    assert len(office.mails) == 1


def test_the_most_urgent_of_several_reasons_counts(office: Office) -> None:
    office.choose("Bob", followed=Way.AT_ONCE, mentioned=Way.NEVER)
    office.choose("Cem", followed=Way.NEVER, mentioned=Way.AT_ONCE)
    reference = office.declare()
    for name in ("Bob", "Cem"):
        roles.follow(office.work(name), reference)
    office.write(reference, "@cards it is the pool", NoteKind.STATUS_UPDATE)
    office.run()
    assert "you follow it" in office.arrived("Bob")[0]["subject"]
    assert "you are mentioned" in office.arrived("Cem")[0]["subject"]
    assert len(office.mails) == 2


def test_in_quiet_hours_what_comes_at_once_waits_until_they_end(office: Office) -> None:
    """22:00 to 07:00 in Berlin, where it is an hour later than by the ledger."""
    people.change_own(office.work("Bob"), people.Settings(zone="Europe/Berlin"))
    office.choose("Bob", quiet_from=time(22), quiet_until=time(7))
    reference = office.declare()
    office.clock.move_to(datetime(2026, 11, 24, 20, 59, tzinfo=UTC))
    office.write(reference, "@Bob one")
    office.run()
    assert len(office.arrived("Bob")) == 1
    office.later(minutes=1)
    for text in ("@Bob two", "@Bob three"):
        office.write(reference, text)
    office.run()
    office.later(hours=8, minutes=59)
    assert len(office.arrived("Bob")) == 1
    office.later(minutes=1)
    _, waited = office.arrived("Bob")
    assert waited["subject"] == f"2 things happened: {reference}"
    assert "22:00:00 CET: Ada wrote a note: @Bob two" in body(waited)


@pytest.mark.parametrize(
    "hours",
    [(time(22), None), (None, time(7)), (time(7), time(7))],
    ids=["no end", "no begin", "0"],
)
def test_quiet_hours_begin_and_end(office: Office, hours: tuple[time | None, time | None]) -> None:
    with pytest.raises(Refused, match="uiet hours"):
        office.choose("Bob", quiet_from=hours[0], quiet_until=hours[1])
    assert commands.choices(office.work("Bob")).quiet_from is None


def test_being_asked_for_wakes_those_who_said_so(office: Office) -> None:
    reference, ada = office.declare(), office.work("Ada")
    for name, wakes in (("Bob", True), ("Cem", False)):
        office.choose(name, quiet_from=time(11), quiet_until=time(13), asked_may_wake=wakes)
        office.write(reference, f"@{name} look")
    for name, role in (("Bob", RoleName.SCRIBE), ("Cem", RoleName.COMMUNICATIONS)):
        roles.offer_role(ada, reference, role=role, person=office.ids[name])
    office.run()
    [mail] = office.arrived("Bob")
    assert "you are asked for" in mail["subject"]
    assert office.arrived("Cem") == []
    office.later(hours=1)
    assert (len(office.arrived("Bob")), len(office.arrived("Cem"))) == (2, 1)
