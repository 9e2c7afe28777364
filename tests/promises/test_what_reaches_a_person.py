"""What concerns a person reaches them as they chose, once, and only if they may see it at that moment."""

from collections.abc import Generator
from datetime import UTC, datetime, time
from email.message import EmailMessage

import pytest
from messaging import ADDRESS, Office
from receivers import mail_sink
from sqlalchemy import func, select

from tocsin.access.policy import Role
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.commands import roles, tasks
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.lifecycle.tasks import Due
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import EXERCISES, Mode, NoteKind, RoleName
from tocsin.features.messages import commands
from tocsin.features.messages.terms import Concern, MessageState, Way, WhyWithheld
from tocsin.features.people import commands as people
from tocsin.features.people.rows import PERSON
from tocsin.foundation.refusal import Refused
from tocsin.ledger.due import DUE
from tocsin.ledger.erasing import WordsErased, erase
from tocsin.ledger.tables import SEALED
from tocsin.ledger.words import Text, shown
from tocsin.runtime.opening import host_work
from tocsin.storage.database import Database


@pytest.fixture
def office(database: Database) -> Generator[Office]:
    with mail_sink() as (url, mails):
        yield Office(database, url, mails)


def body(mail: EmailMessage) -> str:
    return str(mail.get_content())


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


def test_a_team_hears_of_what_is_declared_for_it(office: Office) -> None:
    office.choose("Cem", team=Way.NEVER)
    reference = office.declare(service="cards", team="cards")
    office.later(hours=20)
    [mail] = office.arrived("Bob")
    assert mail["subject"] == f"{reference} Sev-2 it is your team's: Cards refused"
    assert office.arrived("Cem") == office.arrived("Olga") == []


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


def test_what_was_turned_off_meanwhile_is_not_sent(office: Office) -> None:
    reference = office.declare()
    roles.follow(office.work("Bob"), reference)
    incidents.acknowledge(office.work("Ada"), reference)
    office.run()
    office.choose("Bob", followed=Way.NEVER)
    office.later(days=2)
    assert office.mails == []
    assert office.states() == [("withheld", "turned_off")]


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


def test_a_mail_that_is_refused_is_failed_and_says_so(database: Database) -> None:
    with mail_sink("550 no such box") as (url, mails):
        office = Office(database, url, mails)
        reference = office.declare()
        office.write(reference, "@Bob look")
        office.run()
    [told] = office.told("Bob")
    assert (told.state, told.last_word) == (
        MessageState.FAILED,
        "The mail server refuses the address (550).",
    )
    assert office.kinds() == ["message.failed"]


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


@pytest.mark.parametrize(
    "hours",
    [(time(22), None), (None, time(7)), (time(7), time(7))],
    ids=["no end", "no begin", "0"],
)
def test_quiet_hours_begin_and_end(office: Office, hours: tuple[time | None, time | None]) -> None:
    with pytest.raises(Refused, match="uiet hours"):
        office.choose("Bob", quiet_from=hours[0], quiet_until=hours[1])
    assert commands.choices(office.work("Bob")).quiet_from is None


def test_who_may_not_see_incidents_any_more_reads_of_none(office: Office) -> None:
    reference = office.declare()
    office.write(reference, "@Olga look")
    office.run()
    assert len(office.told("Olga")) == 1
    people.give_role(host_work(office.ledger), office.ids["Olga"], Role.AUDITOR)
    office.write(reference, "@Olga once more")
    office.run()
    assert office.states()[-1] == ("withheld", "may_not_see")
