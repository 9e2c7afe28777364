"""Who is not told: who may not see it when it leaves, who cannot be reached, and all in an exercise."""

from collections.abc import Generator
from datetime import time

import pytest
from messaging import ADDRESS, Office, body, office_with_post
from sqlalchemy import func, select

from tocsin.access.policy import Role
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import roles, tasks
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import EXERCISES, Mode, NoteKind, RoleName
from tocsin.features.messages import commands
from tocsin.features.messages.terms import MessageState, WhyWithheld
from tocsin.features.people import commands as people
from tocsin.features.people.rows import PERSON
from tocsin.foundation.refusal import Refused
from tocsin.ledger.due import DUE
from tocsin.ledger.erasing import WordsErased, erase
from tocsin.ledger.tables import SEALED
from tocsin.ledger.words import Text
from tocsin.runtime.opening import host_work
from tocsin.storage.database import Database


@pytest.fixture
def office(database: Database) -> Generator[Office]:
    with office_with_post(database) as made:
        yield made


@pytest.mark.parametrize("is_made", [False, True])
def test_nothing_leaves_after_a_restriction(office: Office, is_made: bool) -> None:
    """Also where the mail was made already, and only the mail server could not be reached."""
    reference = waiting_for_bob(office, is_made=is_made)
    restrict(office, reference)
    office.restart()
    office.later(hours=2)
    assert office.mails == []
    assert office.states() == [("withheld", "may_not_see")]
    [entry] = [one for one in office.ledger.after(-1) if one.name == "message"]
    assert (entry.kind, entry.event.reason) == ("message.withheld", WhyWithheld.MAY_NOT_SEE)
    with office.ledger.read() as rows:
        assert not any(b"Eve" in made for made in rows.scalars(select(DUE.c.body)))


def test_what_is_restricted_since_is_unknown_among_messages_too(office: Office) -> None:
    reference = waiting_for_bob(office, is_made=False)
    restrict(office, reference)
    office.later(hours=2)
    assert office.told("Bob") == []
    [kept] = commands.told_of_incident(office.work("Ada"), reference)
    assert kept.reason is WhyWithheld.MAY_NOT_SEE
    with pytest.raises(Refused, match=f"no incident {reference}"):
        commands.told_of_incident(office.work("Bob"), reference)


def waiting_for_bob(office: Office, *, is_made: bool) -> str:
    """An incident with a message that waits: as a mail for a server, or for quiet hours to end."""
    reference, url = office.declare(), office.smtp
    if is_made:
        office.smtp = "smtp://127.0.0.1:1"
        office.restart()
    else:
        office.choose("Bob", quiet_from=time(11), quiet_until=time(13))
    office.write(reference, "@Bob is it Eve?")
    office.run()
    office.smtp = url
    [waiting] = office.told("Bob")
    assert (waiting.state, waiting.tries > 0) == (MessageState.QUEUED, is_made)
    return reference


def restrict(office: Office, reference: str) -> None:
    reason = "It is a breach."
    incidents.restrict(office.work("Ada"), reference, named=(office.ids["Ada"],), reason=reason)


def test_of_a_digest_only_what_may_not_be_seen_any_more_is_left_out(office: Office) -> None:
    url, office.smtp = office.smtp, "smtp://127.0.0.1:1"
    office.restart()
    open_, closed = office.declare(), office.declare("About Eve")
    for reference in (open_, closed):
        roles.follow(office.work("Bob"), reference)
        incidents.acknowledge(office.work("Ada"), reference)
    office.later(hours=20)
    assert office.states() == [("queued", None)] * 2
    restrict(office, closed)
    office.smtp = url
    office.restart()
    office.later(minutes=10)
    [mail] = office.arrived("Bob")
    assert open_ in body(mail)
    assert not any(word in mail.as_string() for word in (closed, "Eve"))
    assert office.states() == [("sent", None), ("withheld", "may_not_see")]


def test_who_is_mentioned_and_may_not_see_is_not_told_and_that_is_kept(office: Office) -> None:
    ada = office.work("Ada")
    reference = office.declare(restricted_to=(office.ids["Ada"], office.ids["Cem"]), team="cards")
    office.write(reference, "@cards @Tim it is a breach")
    office.later(days=1)
    assert {to for to, _ in office.mails} == {"cem@example.com"}
    found = {one.person: one.reason for one in commands.told_of_incident(ada, reference)}
    withheld = WhyWithheld.MAY_NOT_SEE
    assert found[office.ids["Bob"]] is found[office.ids["Tim"]] is withheld
    assert office.told("Bob") == office.told("Tim") == []


def test_a_mail_holds_no_word_of_a_restricted_incident(office: Office) -> None:
    reference = office.declare(
        "Privileged session", restricted_to=(office.ids["Ada"], office.ids["Bob"])
    )
    office.write(reference, "@Bob it was Eve")
    office.run()
    [mail] = office.arrived("Bob")
    text = mail.as_string()
    assert f"{ADDRESS}/incidents/{reference}" in body(mail)
    assert not any(word in text for word in ("Privileged", "Eve", "Ada"))


def test_who_may_not_see_incidents_any_more_reads_of_none(office: Office) -> None:
    reference = office.declare()
    office.write(reference, "@Olga look")
    office.run()
    assert len(office.told("Olga")) == 1
    people.give_role(host_work(office.ledger), office.ids["Olga"], Role.AUDITOR)
    office.write(reference, "@Olga once more")
    office.run()
    assert office.states()[-1] == ("withheld", "may_not_see")


def test_nobody_disabled_or_without_an_address_is_told(office: Office) -> None:
    reference, host = office.declare(), host_work(office.ledger)
    for name in ("Bob", "Cem"):
        roles.follow(office.work(name), reference)
    incidents.acknowledge(office.work("Ada"), reference)
    office.run()
    people.disable(host, office.ids["Bob"])
    with office.ledger.read() as rows:
        theirs = SEALED.c.about == office.ids["Cem"]
        parts = tuple((row.seq, row.part) for row in rows.execute(select(SEALED).where(theirs)))
    with office.ledger.change(host.actor.by) as change:
        erased = WordsErased(parts=parts, approved_by="eve", reason=Text("asked for"))
        erase(change, parts, erased, [PERSON, INCIDENT])
    office.later(days=1)
    assert office.mails == []
    assert sorted(office.states()) == [("withheld", "disabled"), ("withheld", "no_address")]


@pytest.mark.parametrize("mode", sorted(EXERCISES | {Mode.IMPORTED}))
def test_an_exercise_tells_nobody(office: Office, mode: Mode) -> None:
    reference, ada = office.declare(mode=mode, team="cards"), office.work("Ada")
    roles.follow(office.work("Bob"), reference)
    office.write(reference, "@Bob @cards", NoteKind.STATUS_UPDATE)
    roles.offer_role(ada, reference, role=RoleName.SCRIBE, person=office.ids["Bob"])
    tasks.add_task_in_a_line(ada, reference, "Look @Bob")
    office.later(days=1)
    assert (office.mails, office.states()) == ([], [])
    with office.ledger.read() as rows:
        assert rows.scalar(select(func.count()).select_from(DUE)) == 0


def test_without_a_mail_server_nothing_waits_and_nothing_is_sent_later(office: Office) -> None:
    office.restart(sends_mail=False)
    reference = office.declare(team="cards")
    office.write(reference, "@Bob look")
    office.run()
    assert office.states() == []
    office.restart(sends_mail=True)
    office.later(days=1)
    assert (office.mails, office.states()) == ([], [])
    office.write(reference, "@Bob now")
    office.run()
    assert len(office.arrived("Bob")) == 1
