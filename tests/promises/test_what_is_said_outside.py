"""What leaves the house: told to those who may know, as it was, and kept for good."""

import json
from collections.abc import Generator
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from receivers import (
    Receiver,
    mail_sink,
    receiving,
    takes,
)
from sqlalchemy import func, select
from telling import NOTICES, START, House

from tocsin.access.policy import Role, holding
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import Mode, NoteKind
from tocsin.features.notices import commands
from tocsin.features.notices.terms import Happening
from tocsin.foundation.clock import SimulatedClock
from tocsin.foundation.refusal import Refused
from tocsin.ledger.due import DUE
from tocsin.ledger.entry import By
from tocsin.ledger.follow import Reactor
from tocsin.ledger.tables import SEALED
from tocsin.ledger.words import Text, shown
from tocsin.outbox.signing import signature
from tocsin.runtime.following import Follower
from tocsin.storage.database import Database


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(START)


@pytest.fixture
def house(database: Database, clock: SimulatedClock) -> House:
    return House(database, clock)


@pytest.fixture
def receiver() -> Generator[Receiver]:
    with receiving(takes) as taking:
        yield taking


def test_a_webhook_is_signed_and_tells_what_happened(house: House, receiver: Receiver) -> None:
    added = commands.add_webhook(house.work, "status page", receiver.url)
    reference = house.declare()
    house.follow()
    house.send()
    [heard] = receiver.heard
    stamp = datetime.fromtimestamp(int(heard.headers["webhook-timestamp"]), UTC)
    signed = signature(added.secret or "", heard.headers["webhook-id"], stamp, heard.body)
    assert heard.headers["webhook-signature"] == signed
    said = json.loads(heard.body)
    assert said["type"] == "incident.declared"
    assert said["incident"] == {
        "reference": reference,
        "title": "Cards refused",
        "severity": 2,
        "phase": "reported",
        "mode": "live",
        "url": f"https://tocsin.example.com/incidents/{reference}",
    }


def test_what_was_said_to_whom_is_in_the_ledger(house: House, receiver: Receiver) -> None:
    added = commands.add_webhook(house.work, "status page", receiver.url)
    reference = house.declare()
    house.follow()
    house.send()
    entry = house.ledger.after(-1)[-1]
    assert entry.kind == "notice.sent"
    assert shown(entry.event.contact) == receiver.url
    assert shown(entry.event.body) == receiver.heard[0].body.decode()
    assert (entry.event.subscriber, entry.event.tries) == (added.id, 1)
    assert not entry.event.possible_duplicate
    [attempt] = commands.attempts(house.work)
    assert (attempt.reference, attempt.status, attempt.was_taken) == (reference, 204, True)
    assert house.states() == ["done"]
    assert added.secret is not None
    assert added.secret not in str(house.ledger.after(-1))


def test_subscribers_hear_what_they_chose_and_nothing_after_they_retired(
    house: House, receiver: Receiver
) -> None:
    chosen = [Happening.RESOLVED, Happening.STATUS_UPDATE]
    few = commands.add_webhook(house.work, "few", receiver.url, happenings=chosen)
    commands.add_webhook(house.work, "worst", receiver.url, minimum_severity=1)
    reference = house.declare()
    for kind in (NoteKind.FINDING, NoteKind.STATUS_UPDATE):
        incidents.state(house.work, reference, Noted(kind=kind, text=Text(f"a {kind}")))
    incidents.acknowledge(house.work, reference)
    incidents.resolve(house.work, reference)
    house.follow()
    house.send()
    said = [json.loads(heard.body) for heard in receiver.heard]
    assert sorted(one["type"] for one in said) == ["incident.resolved", "incident.status_update"]
    assert "a status_update" in [one["text"] for one in said]
    incidents.reopen(house.work, reference, reason="again")
    incidents.resolve(house.work, reference)
    house.follow()
    commands.retire(house.work, few.id)
    house.send()
    assert len(receiver.heard) == 2
    assert house.states() == ["done", "done", "withheld"]


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode is not Mode.LIVE])
def test_nobody_is_told_of_what_is_not_live(house: House, receiver: Receiver, mode: Mode) -> None:
    commands.add_webhook(house.work, "status page", receiver.url)
    reference = house.declare(mode=mode)
    incidents.acknowledge(house.work, reference)
    incidents.resolve(house.work, reference)
    incidents.close(house.work, reference)
    house.follow()
    house.send()
    assert house.states() == []
    assert receiver.heard == []


def test_mails_about_one_incident_form_one_thread(
    database: Database, clock: SimulatedClock
) -> None:
    with mail_sink() as (url, mails):
        house = House(database, clock, url)
        commands.add_mail_list(house.work, "ops", ["ops@example.com", "cto@example.com"])
        reference = house.declare("Cards\nrefused")
        house.follow()
        house.send()
        incidents.acknowledge(house.work, reference)
        house.follow()
        house.send()
    assert sorted(to for to, _ in mails) == ["cto@example.com"] * 2 + ["ops@example.com"] * 2
    first, _, second, _ = [message_from_bytes(one, policy=policy.default) for _, one in mails]
    assert first["subject"] == f"{reference} Sev-2 declared: Cards refused"
    assert second["in-reply-to"] == first["message-id"]
    assert house.kinds() == ["notice.sent"] * 4


def test_nothing_is_said_about_a_restricted_incident(house: House, receiver: Receiver) -> None:
    commands.add_webhook(house.work, "status page", receiver.url)
    house.declare("Privileged session", restricted_to=("ada",))
    house.follow()
    assert house.states() == []
    reference = house.declare()
    house.follow()
    incidents.restrict(house.work, reference, named=(), reason="It is a breach.")
    house.send()
    assert receiver.heard == []
    assert house.states() == ["withheld"]
    with house.ledger.read() as rows:
        assert rows.scalar(select(DUE.c.body)) == b""


def test_a_restart_says_nothing_of_what_was_written_while_it_was_restricted(
    house: House, receiver: Receiver
) -> None:
    commands.add_webhook(house.work, "status page", receiver.url)
    reference = house.declare("About somebody", restricted_to=("ada",))
    incidents.acknowledge(house.work, reference)
    running = follower(house)
    running.step()
    incidents.lift_restriction(house.work, reference, reason="It is public now.")
    running.step()
    for restarted in (running, follower(house)):
        restarted.step()
    assert house.states() == []


def test_a_reactor_that_fails_stands_still_alone(house: House, receiver: Receiver) -> None:
    """Its entry cannot be opened: the others hear of it, and what is due is done."""
    commands.add_webhook(house.work, "status page", receiver.url)
    house.declare()
    done: list[str] = []
    [good] = NOTICES.reactors
    bad = Reactor("bad", frozenset({"subscriber.added"}), lambda *_: ())
    with house.ledger.database.write() as rows:
        first = rows.scalar(select(func.min(SEALED.c.seq)))
        rows.execute(SEALED.update().where(SEALED.c.seq == first).values(ciphertext=b"damaged"))

    def call() -> bool:
        done.append("calls")
        return False

    for _ in range(2):
        Follower(house.ledger, [bad, good], {"calls": call}).step()
    assert house.states() == ["waiting"]
    assert done


def follower(house: House) -> Follower:
    """What follows the ledger in a process that was just started."""
    return Follower(house.ledger, NOTICES.reactors, {})


def test_what_was_given_up_about_a_restricted_incident_is_unknown(house: House) -> None:
    with receiving(lambda asked: asked.reply(400)) as refusing:
        commands.add_webhook(house.work, "wrong", refusing.url)
        reference = house.declare()
        house.follow()
        house.send()
    eve = UnitOfWork(house.ledger, holding(Role.ADMIN, By(id="eve", kind="person"), "eve"))
    [letter] = commands.dead_letters(eve)
    assert len(commands.attempts(eve)) == 1
    incidents.restrict(house.work, reference, named=(), reason="It is a breach.")
    assert commands.dead_letters(eve) == []
    assert commands.attempts(eve) == []
    assert commands.dead_letters(house.work) == [letter]
    with pytest.raises(Refused, match="nothing given up"):
        commands.replay(eve, letter.id)
