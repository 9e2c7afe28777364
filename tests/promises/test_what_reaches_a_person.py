"""What concerns a person reaches them once, says why, and is kept for good as it was said."""

from collections.abc import Generator
from datetime import UTC, datetime

import pytest
from messaging import ADDRESS, Office, body, office_with_post

from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import roles, tasks
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.lifecycle.tasks import Due
from tocsin.features.incidents.terms import NoteKind, RoleName
from tocsin.features.messages import commands
from tocsin.features.messages.terms import Concern, MessageState, Way
from tocsin.ledger.words import Text, shown
from tocsin.storage.database import Database


@pytest.fixture
def office(database: Database) -> Generator[Office]:
    with office_with_post(database) as made:
        yield made


def test_a_mention_reaches_whom_it_means_at_once(office: Office) -> None:
    reference = office.declare()
    office.write(reference, "@Bob is it the pool?")
    office.run()
    [mail] = office.arrived("Bob")
    assert mail["subject"] == f"{reference} Sev-2 you are mentioned: Cards refused"
    text = body(mail)
    assert f"{reference}: Cards refused" in text
    assert "2026-11-24 12:00:00 UTC: Ada wrote a note: @Bob is it the pool?" in text
    assert f"{ADDRESS}/incidents/{reference}" in text
    assert "You get this because you are mentioned." in text
    assert office.arrived("Ada") == office.arrived("Cem") == []


def test_what_was_said_to_whom_is_kept_for_good(office: Office) -> None:
    reference = office.declare()
    office.write(reference, "@Bob is it the pool?")
    office.run()
    [entry] = [one for one in office.ledger.after(-1) if one.kind == "message.sent"]
    [mail] = office.arrived("Bob")
    assert entry.event.person == office.ids["Bob"]
    assert shown(entry.event.contact) == "bob@example.com"
    sent = f"{mail['subject']}\n\n{body(mail)}".split()
    said = shown(entry.event.body).split()
    assert said[:-1] == sent[:-1]
    assert said[-1] == f"{ADDRESS}/messages/off/…", "whoever reads the ledger turns nothing off"
    assert [item.concern for item in entry.event.items] == [Concern.MENTIONED]
    [told] = office.told("Bob")
    assert (told.reference, told.state, told.tries) == (reference, MessageState.SENT, 1)
    [seen] = commands.told_of_incident(office.work("Olga"), reference)
    assert (seen.person, seen.by) == (office.ids["Bob"], office.ids["Ada"])


def test_nobody_is_told_twice_whatever_begins_anew(office: Office) -> None:
    reference = office.declare()
    office.write(reference, "@Bob and @cards, and @Bob again")
    for _ in range(3):
        office.run()
        office.restart()
    assert len(office.arrived("Bob")) == len(office.arrived("Cem")) == 1
    assert office.kinds() == ["message.sent"] * 2


def test_a_note_that_is_put_right_does_not_tell_the_same_people_again(office: Office) -> None:
    reference = office.declare()
    version = office.write(reference, "@Bob look at the poll")
    office.run()
    ada = office.work("Ada")
    wrong = incidents.entry_at(ada, reference, version)
    better = Noted(kind=NoteKind.NOTE, text=Text("@Bob @Cem look at the pool"), corrects=wrong)
    incidents.note(ada, reference, better)
    office.run()
    assert (len(office.arrived("Bob")), len(office.arrived("Cem"))) == (1, 1)


def test_roles_and_tasks_reach_whose_they_are_to_be(office: Office) -> None:
    reference, ada = office.declare(), office.work("Ada")
    roles.offer_role(ada, reference, role=RoleName.SCRIBE, person=office.ids["Bob"], note="2 h")
    tasks.add_task_in_a_line(ada, reference, "Roll back @Cem")
    tasks.add_task_in_a_line(office.work("Cem"), reference, "Look at it @Cem")
    office.run()
    [asked] = office.arrived("Bob")
    assert "you are asked for" in asked["subject"]
    assert "Ada offered Bob the role of scribe: 2 h" in body(asked)
    [given] = office.arrived("Cem")
    assert "a task is yours" in given["subject"]
    assert "Ada added the task Roll back for Cem" in body(given)


def test_another_time_for_a_task_reaches_whose_it_is_and_other_words_do_not(
    office: Office,
) -> None:
    reference, ada, cem = office.declare(), office.work("Ada"), office.work("Cem")
    its = tasks.add_task(cem, reference, title="Roll back", owner=office.ids["Cem"])
    nobodys = tasks.add_task(ada, reference, title="Brief support")
    task, other = its.incident.tasks[0].id, nobodys.incident.tasks[1].id
    for hours, one in ((15, task), (16, other)):
        at = datetime(2026, 11, 24, hours, tzinfo=UTC)
        tasks.change_task(ada, reference, task=one, due=Due(at))
    tasks.change_task(ada, reference, task=task, title="Roll back slowly")
    tasks.change_task(cem, reference, task=task, due=Due(None))
    office.run()
    [mail] = office.arrived("Cem")
    assert "a task is yours" in mail["subject"]
    assert "Ada made the task Roll back due 2026-11-24 15:00:00 UTC." in body(mail)
    assert len(office.mails) == 1


def test_a_team_hears_of_what_is_declared_for_it(office: Office) -> None:
    office.choose("Cem", team=Way.NEVER)
    reference = office.declare(service="cards", team="cards")
    office.later(hours=20)
    [mail] = office.arrived("Bob")
    assert mail["subject"] == f"{reference} Sev-2 it is your team's: Cards refused"
    assert office.arrived("Cem") == office.arrived("Olga") == []


def test_a_mail_that_is_refused_is_failed_and_says_so(database: Database) -> None:
    with office_with_post(database, "550 no such box") as office:
        reference = office.declare()
        office.write(reference, "@Bob look")
        office.run()
    [told] = office.told("Bob")
    assert (told.state, told.last_word) == (
        MessageState.FAILED,
        "The mail server refuses the address (550).",
    )
    assert office.kinds() == ["message.failed"]
