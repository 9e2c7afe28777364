"""Deeds on a timeline: what is written with mentions and corrections, key moments, parts of changes."""

from datetime import timedelta

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Situated
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.terms import Basis, ChangeRole, Precision
from tocsin.ledger.words import Text
from tocsin.runtime.demo.outage_words import Said
from tocsin.runtime.demo.story import Act, Place

Memory = dict[str, int]
"""The versions at which entries came, by the names that a story calls them."""


def say(said: Said, memory: Memory) -> Act:
    """Write on the timeline, and learn who is mentioned."""

    def act(place: Place) -> object:
        written = commands.note(place.work, place.reference, _noted(said, memory, place))
        if said.name:
            memory[said.name] = written.shown.version
        return written

    return act


def _noted(said: Said, memory: Memory, place: Place) -> Noted:
    wrong = memory.get(said.corrects)
    puts_right = wrong and commands.entry_at(place.work, place.reference, wrong)
    if said.earlier is None:
        return Noted(kind=said.kind, text=Text(said.text), corrects=puts_right)
    return Noted(
        kind=said.kind,
        text=Text(said.text),
        occurred_at=place.work.ledger.clock() - timedelta(minutes=said.earlier),
        precision=Precision.MINUTE,
        basis=Basis.OBSERVED,
        corrects=puts_right,
    )


def make_key(memory: Memory, name: str) -> Act:
    """Mark an entry as a key moment."""
    return lambda place: commands.mark_key_moment(
        place.work, place.reference, entry=memory[name], wanted=True
    )


def mark_change(change: str, role: ChangeRole, note: str | None = None) -> Act:
    """Say what part a change had."""
    return lambda place: commands.mark_change(
        place.work, place.reference, change=change, role=role, note=note
    )


def state_situation(
    happening: str, belief: str, next_steps: str, next_update_in: float | None = None
) -> Act:
    """Say how it stands, and in how many minutes the next word comes."""

    def act(place: Place) -> object:
        now = place.work.ledger.clock()
        due = None if next_update_in is None else now + timedelta(minutes=next_update_in)
        said = Situated(
            happening=happening, belief=belief, next_steps=next_steps, next_update_at=due
        )
        return commands.state_situation(place.work, place.reference, said)

    return act
