"""Whom an entry concerns, and how it reads to them."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from typing import Any

import pytest

from tocsin.access.policy import Audience
from tocsin.features.incidents.events import (
    Acknowledged,
    CommanderAppointed,
    Declared,
    Noted,
    RoleOffered,
    TaskAdded,
    TaskAssigned,
    TaskDueChanged,
    TaskReworded,
)
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis, Mode, NoteKind, RoleName
from tocsin.features.messages.rules.concerning import KINDS, READ, chosen, named
from tocsin.features.messages.rules.wording import Reading, Told, subject, text
from tocsin.features.messages.terms import Choices, Concern, Way
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.sentence import Person, Value, say
from tocsin.ledger.words import Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DECLARED = Declared(
    reference="INC-7",
    ordinal=1,
    title=Text("Cards\nrefused"),
    severity=2,
    mode=Mode.LIVE,
    impact_began=NOON,
    impact_basis=Basis.OBSERVED,
)
ON = Recorded(seq=0, at=NOON, by=By(id="ada", kind="person"))
TASKS = (
    TaskAdded(task="t", title=Text("x"), owner="bob"),
    TaskAdded(task="u", title=Text("y"), owner="cem"),
    TaskAdded(task="v", title=Text("z")),
)
BEGUN: Incident = replace(evolve(None, DECLARED, ON), followers=("fay",))
INCIDENT = reduce(lambda incident, task: evolve(incident, task, ON), TASKS, BEGUN)
ASIDE = Noted(kind=NoteKind.NOTE, text=Text("x"), mentions=("bob",))
UPDATE = Noted(kind=NoteKind.STATUS_UPDATE, text=Text("@bob x"), mentions=("bob",))


@pytest.mark.parametrize(
    ("event", "concerned"),
    [
        (Noted(kind=NoteKind.NOTE, text=Text("x"), mentions=("bob",)), {"mentioned": ("bob",)}),
        (Noted(kind=NoteKind.NOTE, text=Text("x")), {}),
        (replace(ASIDE, audience=Audience.LEGAL), {}),
        (UPDATE, {"mentioned": ("bob",), "followed": ("fay",)}),
        (RoleOffered(role=RoleName.SCRIBE, person="bob"), {"asked": ("bob",)}),
        (CommanderAppointed(commander="bob"), {"asked": ("bob",)}),
        (TaskAssigned(task="t", title=Text("x"), owner="bob"), {"task": ("bob",)}),
        (TaskAssigned(task="t", title=Text("x")), {}),
        (TaskDueChanged(task="t", title=Text("x"), due=NOON), {"task": ("bob",)}),
        (TaskDueChanged(task="u", title=Text("y")), {"task": ("cem",)}),
        (TaskDueChanged(task="v", title=Text("z"), due=NOON), {}),
        (TaskReworded(task="t", title=Text("y"), was=Text("x")), {}),
        (Acknowledged(), {"followed": ("fay",)}),
        (DECLARED, {"team": ("cards",)}),
    ],
)
def test_an_entry_concerns_those_it_names_and_those_who_follow(
    event: Any, concerned: dict[str, Any]
) -> None:
    assert named(event, INCIDENT, "cards") == concerned


@pytest.mark.parametrize("mode", [Mode.DRILL, Mode.TRAINING, Mode.IMPORTED])
def test_what_is_not_real_or_not_new_concerns_nobody(mode: Mode) -> None:
    assert named(UPDATE, replace(INCIDENT, mode=mode), "cards") == {}


def test_what_is_declared_afterwards_is_no_news_but_a_mention_in_it_is() -> None:
    over = replace(INCIDENT, mode=Mode.RETROSPECTIVE)
    assert named(DECLARED, over, "cards") == {}
    assert Concern.MENTIONED in named(UPDATE, over, "cards")


def test_the_ledger_is_read_for_these_kinds_alone() -> None:
    assert len(KINDS) == len(READ)
    assert "incident.acknowledged" in KINDS


def test_the_most_urgent_reason_counts_and_of_equals_the_first() -> None:
    every = list(Concern)
    assert chosen(every, Choices()) == (Concern.MENTIONED, Way.AT_ONCE)
    later = Choices(mentioned=Way.NEVER, asked=Way.DIGEST, task=Way.DIGEST)
    assert chosen(every, later) == (Concern.ASKED, Way.DIGEST)
    assert chosen([Concern.MENTIONED], later) == (Concern.MENTIONED, Way.NEVER)


def test_never_again_for_one_reason_leaves_the_others() -> None:
    without = Choices(task=Way.DIGEST).without([Concern.MENTIONED, Concern.TEAM])
    assert without == Choices(mentioned=Way.NEVER, task=Way.DIGEST, team=Way.NEVER)


READING = Reading(
    zone=UTC, called={"ada": "Ada L."}, address="https://t.example", off="https://t.example/off/x"
)


def told(incident: Incident = INCIDENT, said: str = " took it in hand.") -> Told:
    sentence = say(Person("ada"), Value(said))
    return Told(concern=Concern.FOLLOWED, incident=incident, at=NOON, said=sentence)


def test_a_subject_is_one_line_and_says_what_or_how_much() -> None:
    other = told(replace(INCIDENT, reference="INC-9"))
    assert subject([told()]) == "INC-7 Sev-2 you follow it: Cards refused"
    assert subject([told(), told()]) == "2 things happened: INC-7"
    assert subject([told(), other, told()]) == "3 things happened: INC-7 and 1 more"


def test_a_mail_says_what_happened_by_whom_where_and_how_to_end_it() -> None:
    lines = text([told()], READING).splitlines()
    assert lines == [
        "INC-7: Cards refused",
        "Sev-2. It is reported.",
        "",
        "2026-11-24 12:00:00 UTC: Ada L. took it in hand.",
        "",
        "https://t.example/incidents/INC-7",
        "",
        "-- ",
        "You get this because you follow it.",
        "Choose what reaches you: https://t.example/account/messages",
        "No more of this: https://t.example/off/x",
    ]


def test_of_a_restricted_incident_a_mail_has_the_link_alone() -> None:
    closed = told(replace(INCIDENT, restricted_to=frozenset({"bob"})))
    whole = subject([closed]) + text([closed], READING)
    assert "https://t.example/incidents/INC-7" in whole
    assert not any(word in whole for word in ("Cards", "Ada", "hand"))


def test_what_was_written_at_length_is_cut_off() -> None:
    whole = text([told(said="x" * 50_000)], READING)
    assert len(whole) < 3000
    assert "x …" in whole
