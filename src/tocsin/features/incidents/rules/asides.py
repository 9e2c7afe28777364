"""Entries for an audience alone: who may write them, and what they are called on pages. Pure.

Others must not learn from a gap that there is something: what is for everybody is counted through, and
what is for an audience has numbers of its own.
"""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass

from tocsin.access.policy import Audience
from tocsin.access.visibility import may_read
from tocsin.foundation.phrase import phrase, term
from tocsin.foundation.refusal import Refused


def name(audience: Audience, number: int) -> str:
    """What an entry for an audience is called: so many-th of those for them."""
    return f"{audience}-{number}"


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of an incident's entries. `asides` are those for an audience: version and audience."""

    asides: tuple[tuple[int, Audience], ...] = ()

    def name_of(self, version: int) -> str:
        """What the entry is called that brought the incident to a version."""
        before = bisect_left(self.asides, version, key=lambda one: one[0])
        audience = dict(self.asides).get(version)
        if audience is None:
            return str(version - before)
        return name(audience, 1 + sum(one == audience for _, one in self.asides[:before]))

    def version_of(self, name: str) -> int | None:
        """The version that a name means; None where it cannot be one."""
        audience, _, number = name.rpartition("-")
        if audience:
            theirs = [version for version, one in self.asides if one == audience]
            return theirs[int(number) - 1] if 1 <= int(number) <= len(theirs) else None
        version = int(number)
        for aside, _ in self.asides:
            version += aside <= version
        return version


def must_be_in(audience: Audience | None, reads: Collection[Audience]) -> None:
    """Refuse `not_in_audience` to whoever could not read what they write."""
    if audience is not None and not may_read(audience, reads):
        raise Refused(
            "not_in_audience",
            phrase(
                "You are not among those who read for %(audience)s only.", audience=term(audience)
            ),
        )


def kept(wanted: Audience | None, of_old: Audience | None) -> Audience | None:
    """For whom a correction is: whom the entry was for. Refuses `bad_audience`."""
    if wanted not in (None, of_old):
        raise Refused("bad_audience", "A correction is for whom the entry was for.")
    return of_old
