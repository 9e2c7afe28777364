"""Decisions about people, teams, audiences and tokens: given what is, what follows or is refused."""

from datetime import UTC, datetime

import pytest

from tocsin.access.policy import Role
from tocsin.features.people import lifecycle
from tocsin.features.people.events import (
    Added,
    Disabled,
    Enabled,
    LanguageSet,
    MemberAdmitted,
    MemberDismissed,
    MemberJoined,
    MemberLeft,
    Renamed,
    RoleGiven,
    SecondFactorEnrolled,
    SecondFactorRemoved,
    SingleKeysSet,
    TeamCreated,
    ThemeSet,
    TokenCreated,
    TokenRevoked,
    ZoneSet,
)
from tocsin.features.people.evolution import (
    evolve_audience,
    evolve_person,
    evolve_team,
    evolve_token,
)
from tocsin.features.people.sentences import (
    of_audience,
    of_person,
    of_session,
    of_team,
    of_token,
)
from tocsin.features.people.state import AudienceState, Person, Team, Token
from tocsin.features.people.terms import Theme
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.event import kinds
from tocsin.ledger.words import ERASED, Text

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ON = Recorded(seq=0, at=NOON, by=By(id="ada", kind="person"))


def person(role: Role = Role.ADMIN) -> Person:
    added = Added(email=Text("ada@example.org"), name=Text("Ada"), role=role)
    return evolve_person(None, added, ON)


def team() -> Team:
    return evolve_team(None, TeamCreated(name="cards", title=Text("Cards")), ON)


def token() -> Token:
    return evolve_token(None, TokenCreated(name="ci", role=Role.RESPONDER, digest="d"), ON)


def test_the_last_admin_stays_an_admin() -> None:
    with pytest.raises(Refused) as refused:
        lifecycle.give_role(person(), role=Role.OBSERVER, is_last_admin=True)
    assert refused.value.code == "last_admin"


def test_the_last_admin_is_not_disabled() -> None:
    with pytest.raises(Refused) as refused:
        lifecycle.disable(person(), is_last_admin=True)
    assert refused.value.code == "last_admin"


def test_one_of_several_admins_may_be_demoted_and_disabled() -> None:
    given = lifecycle.give_role(person(), role=Role.OBSERVER, is_last_admin=False)
    assert given == [RoleGiven(role=Role.OBSERVER)]
    assert lifecycle.disable(person(), is_last_admin=False) == [Disabled()]


def test_saying_the_same_again_changes_nothing() -> None:
    ada = person()
    assert lifecycle.give_role(ada, role=Role.ADMIN, is_last_admin=True) == []
    assert lifecycle.enable(ada) == []
    assert lifecycle.remove_second_factor(ada) == []
    assert lifecycle.choose_display(ada, zone="UTC", language="", theme=Theme.DEVICE) == []
    disabled = evolve_person(ada, Disabled(), ON)
    assert lifecycle.disable(disabled, is_last_admin=True) == []
    assert lifecycle.enable(disabled) == [Enabled()]
    renamed = evolve_person(ada, Renamed(name=Text("Ada L.", about="1")), ON)
    assert lifecycle.rename(renamed, id_="1", name="Ada L.") == []


def test_another_device_takes_the_place_of_the_one_before() -> None:
    once = evolve_person(person(), SecondFactorEnrolled(), ON)
    assert lifecycle.enrol_second_factor(once) == [SecondFactorRemoved(), SecondFactorEnrolled()]


def test_what_is_chosen_is_what_changes() -> None:
    wanted = {"zone": "Europe/Berlin", "language": "de"}
    chosen = lifecycle.choose_display(person(), **wanted, theme=Theme.DARK)
    assert chosen == [
        ZoneSet(zone="Europe/Berlin"),
        LanguageSet(language="de"),
        ThemeSet(theme=Theme.DARK),
    ]
    german = evolve_person(person(), LanguageSet(language="de"), ON)
    assert german.language == "de"


def test_single_keys_work_until_they_are_switched_off() -> None:
    assert lifecycle.set_single_keys(person(), on=True) == []
    off = evolve_person(person(), SingleKeysSet(on=False), ON)
    assert not off.single_keys
    assert lifecycle.set_single_keys(off, on=False) == []
    assert lifecycle.set_single_keys(off, on=True) == [SingleKeysSet(on=True)]


def test_one_joins_once_and_leaves_once() -> None:
    assert lifecycle.leave(team(), person="bob") == []
    joined = lifecycle.join(team(), person="bob")
    assert joined == [MemberJoined(person="bob")]
    with_bob = evolve_team(team(), joined[0], ON)
    assert lifecycle.join(with_bob, person="bob") == []
    assert lifecycle.leave(with_bob, person="bob") == [MemberLeft(person="bob")]


def test_one_is_admitted_to_an_audience_once_and_dismissed_once() -> None:
    empty = AudienceState()
    [admitted] = lifecycle.admit(empty, member="lea")
    assert admitted == MemberAdmitted(member="lea")
    audience = evolve_audience(evolve_audience(None, admitted, ON), admitted, ON)
    assert audience.members == ("lea",)
    assert lifecycle.admit(audience, member="lea") == []
    [dismissed] = lifecycle.dismiss(audience, member="lea")
    assert dismissed == MemberDismissed(member="lea")
    assert evolve_audience(audience, dismissed, ON) == empty
    assert lifecycle.dismiss(empty, member="lea") == []


def test_a_token_is_revoked_once() -> None:
    revoked = lifecycle.revoke(token())
    assert revoked == [TokenRevoked()]
    assert lifecycle.revoke(evolve_token(token(), revoked[0], ON)) == []


def test_a_person_whose_words_were_erased_still_has_a_history() -> None:
    erased = evolve_person(None, Added(email=ERASED, name=ERASED, role=Role.OBSERVER), ON)
    after = evolve_person(erased, Renamed(name=ERASED), ON)
    assert (after.email, after.name, after.role) == (ERASED, ERASED, Role.OBSERVER)


def test_every_event_has_a_sentence() -> None:
    said = {
        "person": of_person,
        "team": of_team,
        "audience": of_audience,
        "token": of_token,
        "session": of_session,
    }
    values = {
        "email": Text("ada@example.org"),
        "name": Text("Ada"),
        "title": Text("Cards"),
        "account": Text("ada@example.org"),
        "role": Role.ADMIN,
        "zone": "UTC",
        "language": "de",
        "theme": Theme.DARK,
        "keys": {"J": "Y"},
        "on": False,
        "person": "ada",
        "member": "ada",
        "digest": "d",
        "second_factor": True,
        "ip_prefix": "192.0.2.0/24",
    }
    reasons = {"session.sign_in_refused": "wrong_password", "session.ended": "expired"}
    for kind in kinds():
        about = kind.name.partition(".")[0]
        if about in said:
            whole = values | {"reason": reasons.get(kind.name, "")}
            event = kind.made(**{name: whole[name] for name in kind.made.__dataclass_fields__})
            assert said[about](event, "ada"), kind.name  # type: ignore[operator]  # one of several
