"""What reaches somebody is turned off by a link in a mail, by themselves, or by who manages people."""

from collections.abc import Generator

import pytest
from messaging import ADDRESS, Office, body, office_with_post

from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import roles
from tocsin.features.messages import commands
from tocsin.features.messages.terms import Concern, Way
from tocsin.foundation.refusal import Refused
from tocsin.runtime.opening import host_work
from tocsin.storage.database import Database


@pytest.fixture
def office(database: Database) -> Generator[Office]:
    with office_with_post(database) as made:
        yield made


def test_what_was_turned_off_meanwhile_is_not_sent(office: Office) -> None:
    reference = office.declare()
    roles.follow(office.work("Bob"), reference)
    incidents.acknowledge(office.work("Ada"), reference)
    office.run()
    office.choose("Bob", followed=Way.NEVER)
    office.later(days=2)
    assert office.mails == []
    assert office.states() == [("withheld", "turned_off")]


def test_the_one_click_of_a_mail_turns_off_what_it_was_for(office: Office) -> None:
    reference = office.declare()
    office.write(reference, "@Bob look")
    office.run()
    [mail] = office.arrived("Bob")
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    [raw] = [line for line in mail_lines(office) if line.startswith("List-Unsubscribe: ")]
    link = raw.removeprefix("List-Unsubscribe: <").removesuffix(">")
    assert link in body(mail)
    token = link.removeprefix(f"{ADDRESS}/messages/off/")
    assert commands.named_by(office.ledger, token).concerns == (Concern.MENTIONED,)
    assert commands.choices(office.work("Bob")).mentioned is Way.AT_ONCE
    commands.turn_off(office.ledger, token)
    chosen = commands.choices(office.work("Bob"))
    assert (chosen.mentioned, chosen.task) == (Way.NEVER, Way.AT_ONCE)
    written = office.ledger.after(-1)[-1]
    assert (written.by.id, written.by.through) == (office.ids["Bob"], "a link in a mail")
    office.write(reference, "@Bob again")
    office.run()
    assert len(office.arrived("Bob")) == 1


def mail_lines(office: Office) -> list[str]:
    return office.mails[0][1].decode().splitlines()


def test_a_link_that_was_changed_turns_nothing_off(office: Office) -> None:
    reference = office.declare()
    office.write(reference, "@Bob look")
    office.run()
    [raw] = [line for line in mail_lines(office) if line.startswith("List-Unsubscribe: ")]
    token = raw.rpartition("/")[2].removesuffix(">")
    for wrong in (token[:-2], f"{token[:-4]}AAAA", "x", "ä", "A" * 2000, ""):
        with pytest.raises(Refused, match="no link of ours"):
            commands.turn_off(office.ledger, wrong)


def test_only_oneself_and_who_manages_people_may_choose(office: Office) -> None:
    bob = office.ids["Bob"]
    for name in ("Cem", "Ada"):
        with pytest.raises(Refused, match="not allowed"):
            commands.choices(office.work(name), bob)
        with pytest.raises(Refused, match="not allowed"):
            commands.told_person(office.work(name), bob)
    admin = host_work(office.ledger)
    commands.choose(admin, commands.choices(admin, bob).without([Concern.TASK]), bob)
    assert commands.choices(office.work("Bob")).task is Way.NEVER
    with pytest.raises(Refused, match="Only a person"):
        commands.choices(admin)
    with pytest.raises(Refused, match="no person"):
        commands.choices(admin, "nobody")
