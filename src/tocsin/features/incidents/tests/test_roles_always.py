"""What holds for roles whatever is asked, by whom, in whatever order."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from incident_lives import DECLARED, NOON, after

from tocsin.features.incidents import lifecycle
from tocsin.features.incidents.events import IncidentEvent
from tocsin.features.incidents.evolution import evolve
from tocsin.features.incidents.lifecycle import roles
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import Basis, RoleName
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded

Ask = Callable[[Incident, RoleName, str, str], list[IncidentEvent]]

ASKED: dict[str, Ask] = {
    "offer": lambda it, role, who, by: roles.offer_role(
        it, role=role, person=who, by=by, note=None
    ),
    "accept": lambda it, role, who, _: roles.accept_role(it, role=role, person=who),
    "decline": lambda it, role, who, _: roles.decline_role(it, role=role, person=who, reason=None),
    "withdraw": lambda it, role, _, __: roles.withdraw_offer(it, role=role),
    "take": lambda it, role, who, by: roles.take_role(it, role=role, person=who, instead_of=by),
    "give up": lambda it, role, _, by: roles.give_up_role(it, role=role, by=by),
    "appoint": lambda it, _, who, __: lifecycle.appoint(it, commander=who),
    "engage": lambda it, _, who, by: roles.engage(it, person=who, by=by),
    "stand down": lambda it, _, who, by: roles.stand_down(it, person=who, by=by),
    "resolve": lambda it, _, __, ___: lifecycle.resolve(
        it, impact_ended=NOON, basis=Basis.OBSERVED, how=None
    ),
    "reopen": lambda it, _, __, ___: lifecycle.reopen(
        it, impact_began=NOON, basis=Basis.OBSERVED, reason=DECLARED.title
    ),
}
PEOPLE = st.sampled_from(["ada", "bob", "eve"])
ACTS = st.lists(
    st.tuples(st.sampled_from(sorted(ASKED)), st.sampled_from(RoleName), PEOPLE, PEOPLE),
    max_size=40,
)


def lived(acts: list[tuple[str, RoleName, str, str]]) -> list[Incident]:
    """The incident before and after every act that was not refused."""
    several = [after(None, DECLARED)]
    for number, (name, role, who, by) in enumerate(acts):
        try:
            events = ASKED[name](several[-1], role, who, by)
        except Refused:
            continue
        incident = several[-1]
        for event in events:
            on = Recorded(seq=number, at=NOON, by=By(id=by, kind="person"))
            incident = evolve(incident, event, on)
            assert sentence(event, by)
        several.append(incident)
    return several


@given(ACTS)
def test_once_somebody_leads_exactly_one_does(acts: list[tuple[str, RoleName, str, str]]) -> None:
    led = [incident.commander for incident in lived(acts)]
    first = next((at for at, commander in enumerate(led) if commander), len(led))
    assert all(led[first:])


@given(ACTS)
def test_a_role_has_one_holder_and_one_open_offer_at_most(
    acts: list[tuple[str, RoleName, str, str]],
) -> None:
    for incident in lived(acts):
        for several in (incident.holders, incident.offers):
            assert len({one.role for one in several}) == len(several)
        assert all(incident.holder_of(offer.role) != offer.person for offer in incident.offers)
        assert incident.commander is None or incident.commander != incident.holder_of(
            RoleName.DEPUTY
        )


@given(ACTS)
def test_whoever_holds_a_role_of_an_open_incident_works_on_it(
    acts: list[tuple[str, RoleName, str, str]],
) -> None:
    open_ones = [incident for incident in lived(acts) if incident.is_open]
    for incident in open_ones:
        held = {incident.holder_of(role) for role in RoleName} - {None}
        assert held <= set(incident.engaged) or incident.reopened
        assert len({one.person for one in incident.responders}) == len(incident.responders)
