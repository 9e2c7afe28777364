"""Audiences as rows: who may read and write what is for one of them alone."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, Text, bindparam, select

from tocsin.access.policy import Audience
from tocsin.features.people.events import AudienceEvent
from tocsin.features.people.evolution import evolve_audience
from tocsin.features.people.state import AudienceState
from tocsin.ledger.aggregate import Aggregate, Beside, state_table
from tocsin.storage.columns import METADATA

AUDIENCES: Final = state_table("audience")

ADMITTED: Final = Table(
    "audience_member",
    METADATA,
    Column("owner", Text, primary_key=True),
    Column("member", Text, primary_key=True, index=True),
)
"""`owner` is the name of the audience, `member` a person or a token."""

OF_SOME: Final = select(ADMITTED).where(ADMITTED.c.member.in_(bindparam("some", expanding=True)))
"""Made once: it is asked with every request."""


def _columns(_: AudienceState) -> dict[str, Any]:
    return {}


def _members(audience: AudienceState) -> list[dict[str, Any]]:
    return [{"member": member} for member in audience.members]


AUDIENCE: Final = Aggregate[AudienceState, AudienceEvent](
    "audience", AudienceState, evolve_audience, AUDIENCES, _columns, (Beside(ADMITTED, _members),)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceRow:
    """An audience, with the ids of the people and tokens in it."""

    name: Audience
    members: tuple[str, ...]


def audiences(rows: Connection) -> list[AudienceRow]:
    """Every audience, also one that nobody is in."""
    found: dict[Audience, list[str]] = {audience: [] for audience in Audience}
    for row in rows.execute(select(ADMITTED).order_by(ADMITTED.c.member)):
        if row.owner in found:
            found[Audience(row.owner)].append(row.member)
    return [AudienceRow(name=name, members=tuple(members)) for name, members in found.items()]


def audiences_of(rows: Connection, member: str) -> frozenset[Audience]:
    """The audiences that somebody is in."""
    return audiences_of_each(rows, [member]).get(member, frozenset())


def audiences_of_each(rows: Connection, members: Collection[str]) -> dict[str, frozenset[Audience]]:
    """The audiences that each of some people is in; those who are in none are left out."""
    found: dict[str, set[Audience]] = {}
    for row in rows.execute(OF_SOME, {"some": list(members)}) if members else ():
        if row.owner in set(Audience):
            found.setdefault(row.member, set()).add(Audience(row.owner))
    return {member: frozenset(several) for member, several in found.items()}
