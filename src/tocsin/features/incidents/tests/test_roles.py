"""Decisions about who does what: given who holds and was offered a role, when it is asked, then this."""

from collections.abc import Callable

import pytest
from incident_lives import DECLARED, RESOLVED, after, refused

from tocsin.access.policy import Role
from tocsin.features.incidents.events import (
    Acknowledged,
    CommanderAppointed,
    Restricted,
    RoleAccepted,
    RoleDeclined,
    RoleGivenUp,
    RoleOffered,
    RoleOfferWithdrawn,
    RoleTaken,
)
from tocsin.features.incidents.lifecycle import roles
from tocsin.features.incidents.rules.eligibility import Obstacle, must_be_none, obstacle
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import RoleName
from tocsin.ledger.sentence import Person, Plain, Value
from tocsin.ledger.words import Text

COMMAND, SCRIBE, DEPUTY = RoleName.COMMANDER, RoleName.SCRIBE, RoleName.DEPUTY
LED = after(None, DECLARED, Acknowledged(), CommanderAppointed(commander="ada"))
NOTE = Text("The failover is running; merchants were promised word at four.")
OFFERED = RoleOffered(role=COMMAND, person="bob", note=NOTE)


def test_an_offer_moves_nothing_before_it_is_accepted() -> None:
    asked = roles.offer_role(LED, role=COMMAND, person="bob", by="ada", note=NOTE)
    assert asked == [OFFERED]
    assert after(LED, *asked).commander == "ada"


def test_accepting_the_command_moves_it_in_one_change() -> None:
    events = roles.accept_role(after(LED, OFFERED), role=COMMAND, person="bob")
    assert events == [
        RoleAccepted(role=COMMAND, person="bob", instead_of="ada"),
        CommanderAppointed(commander="bob"),
    ]
    incident = after(LED, OFFERED, *events)
    assert (incident.commander, incident.offers) == ("bob", ())
    assert roles.accept_role(incident, role=COMMAND, person="bob") == []


def test_accepting_the_command_of_a_reported_incident_takes_it_in_hand() -> None:
    events = roles.accept_role(after(None, DECLARED, OFFERED), role=COMMAND, person="bob")
    assert events[0] == Acknowledged()


def test_only_whom_it_was_offered_to_can_accept_or_decline() -> None:
    offered = after(LED, OFFERED)
    with refused("offer_gone"):
        roles.accept_role(offered, role=COMMAND, person="eve")
    with refused("offer_gone"):
        roles.decline_role(offered, role=COMMAND, person="eve", reason=None)
    said = roles.decline_role(offered, role=COMMAND, person="bob", reason=None)
    assert said == [RoleDeclined(role=COMMAND, person="bob")]


def test_an_offer_is_gone_once_somebody_took_the_command_meanwhile() -> None:
    taken = after(LED, OFFERED, CommanderAppointed(commander="eve"))
    with refused("offer_gone"):
        roles.accept_role(taken, role=COMMAND, person="bob")


def test_of_two_offers_of_one_role_the_second_is_refused() -> None:
    offered = after(LED, OFFERED)
    with refused("offered_already"):
        roles.offer_role(offered, role=COMMAND, person="eve", by="ada", note=None)
    assert roles.offer_role(offered, role=COMMAND, person="bob", by="eve", note=None) == []
    withdrawn = roles.withdraw_offer(offered, role=COMMAND)
    assert withdrawn == [RoleOfferWithdrawn(role=COMMAND, person="bob")]
    assert roles.withdraw_offer(LED, role=COMMAND) == []


def test_of_two_who_take_one_role_the_second_is_refused() -> None:
    taken = roles.take_role(LED, role=SCRIBE, person="bob", instead_of=None)
    assert taken == [RoleTaken(role=SCRIBE, person="bob")]
    held = after(LED, *taken)
    with refused("role_taken"):
        roles.take_role(held, role=SCRIBE, person="eve", instead_of=None)
    over = roles.take_role(held, role=SCRIBE, person="eve", instead_of="bob")
    assert over == [RoleTaken(role=SCRIBE, person="eve", instead_of="bob")]
    assert after(held, *over).holder_of(SCRIBE) == "eve"


def test_taking_what_was_offered_to_oneself_accepts_it() -> None:
    offered = after(LED, RoleOffered(role=SCRIBE, person="bob"))
    assert roles.take_role(offered, role=SCRIBE, person="bob", instead_of=None) == [
        RoleAccepted(role=SCRIBE, person="bob")
    ]


@pytest.mark.parametrize("role", list(RoleName))
def test_nobody_is_offered_what_they_hold_or_offers_it_to_themselves(role: RoleName) -> None:
    events = roles.take_role(LED, role=role, person="bob", instead_of="ada")
    held = after(LED, *events)
    with refused("holds_it_already"):
        roles.offer_role(held, role=role, person="bob", by="ada", note=None)
    with refused("offered_to_oneself"):
        roles.offer_role(held, role=role, person="ada", by="ada", note=None)


def test_whoever_leads_is_nobodys_deputy() -> None:
    with refused("leads_already"):
        roles.take_role(LED, role=DEPUTY, person="ada", instead_of=None)
    with refused("leads_already"):
        roles.offer_role(LED, role=DEPUTY, person="ada", by="bob", note=None)
    deputised = after(LED, RoleTaken(role=DEPUTY, person="bob"))
    assert after(deputised, CommanderAppointed(commander="bob")).holder_of(DEPUTY) is None


def test_the_command_is_handed_over_and_never_dropped() -> None:
    with refused("hand_over_first"):
        roles.give_up_role(LED, role=COMMAND, by="ada")


def test_a_role_is_given_up_by_its_holder_or_taken_off_them_by_the_commander() -> None:
    held = after(LED, RoleTaken(role=SCRIBE, person="bob"))
    for by in ("bob", "ada"):
        given_up = roles.give_up_role(held, role=SCRIBE, by=by)
        assert given_up == [RoleGivenUp(role=SCRIBE, person="bob")]
    with refused("commander_only"):
        roles.give_up_role(held, role=SCRIBE, by="eve")
    assert roles.give_up_role(LED, role=SCRIBE, by="eve") == []


def test_whoever_takes_a_role_works_on_it_until_they_gave_it_up() -> None:
    held = after(LED, RoleTaken(role=SCRIBE, person="bob"))
    assert held.engaged == ("ada", "bob")
    with refused("holds_a_role"):
        roles.stand_down(held, person="bob", by="bob")
    free = after(held, RoleGivenUp(role=SCRIBE, person="bob"))
    assert after(free, *roles.stand_down(free, person="bob", by="bob")).engaged == ("ada",)


def test_people_come_and_go_by_themselves_or_at_the_commanders_word() -> None:
    called = after(LED, *roles.engage(LED, person="bob", by="ada"))
    assert roles.engage(called, person="bob", by="bob") == []
    with refused("commander_only"):
        roles.engage(LED, person="bob", by="eve")
    with refused("commander_only"):
        roles.stand_down(called, person="bob", by="eve")
    gone = after(called, *roles.stand_down(called, person="bob", by="ada"))
    assert gone.engaged == ("ada",)
    assert roles.stand_down(gone, person="bob", by="bob") == []
    back = after(gone, *roles.engage(gone, person="bob", by="bob"))
    assert back.engaged == ("ada", "bob")


def test_following_twice_is_following_once() -> None:
    following = after(LED, *roles.follow(LED, person="olga"))
    assert following.followers == ("olga",)
    assert roles.follow(following, person="olga") == []
    assert after(following, *roles.unfollow(following, person="olga")).followers == ()
    assert roles.unfollow(LED, person="olga") == []


def test_when_it_is_over_nobody_is_asked_and_nobody_comes_but_all_may_go() -> None:
    over = after(LED, OFFERED, RESOLVED)
    acts: list[Callable[[], object]] = [
        lambda: roles.offer_role(over, role=SCRIBE, person="bob", by="ada", note=None),
        lambda: roles.accept_role(over, role=COMMAND, person="bob"),
        lambda: roles.take_role(over, role=SCRIBE, person="bob", instead_of=None),
        lambda: roles.engage(over, person="bob", by="bob"),
    ]
    for asked in acts:
        with refused("already_resolved"):
            asked()
    assert after(over, *roles.stand_down(over, person="ada", by="ada")).engaged == ()


def test_one_is_told_why_somebody_cannot_be_chosen() -> None:
    closed = after(LED, Restricted(named=("ada", "dan"), reason=NOTE))

    def told(incident: Incident, role: Role, person: str = "bob") -> Obstacle | None:
        return obstacle(incident, person=person, role=role, is_disabled=False)

    assert told(LED, Role.RESPONDER) is None
    out = obstacle(LED, person="bob", role=Role.RESPONDER, is_disabled=True)
    assert out is Obstacle.DISABLED
    assert told(LED, Role.OBSERVER) is Obstacle.MAY_NOT_RESPOND
    assert told(closed, Role.RESPONDER) is Obstacle.MAY_NOT_SEE
    assert told(closed, Role.ADMIN) is Obstacle.MAY_NOT_SEE
    assert told(closed, Role.RESPONDER, "dan") is None
    for one in Obstacle:
        with refused(one.value):
            must_be_none(one)


def test_a_handover_reads_as_what_was_said() -> None:
    said = sentence(OFFERED, "ada")
    assert said.pattern == "%(0)s offered %(1)s the %(2)s%(3)s"
    assert [*said][:3] == [Person("ada"), Plain(" offered "), Person("bob")]
    assert [*said][4] == Value("command")
    taken = sentence(RoleTaken(role=SCRIBE, person="eve", instead_of="bob"), "eve")
    text = "".join(part.text for part in taken if isinstance(part, Plain | Value))
    assert text == " took the role of scribe in place of ."
