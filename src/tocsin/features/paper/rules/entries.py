"""How the entries of a timeline stand on paper: numbered in the order in which things were so. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from tocsin.access.visibility import audience_of
from tocsin.features.incidents.events import DecisionTaken, Noted, SituationStated
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.terms import Basis
from tocsin.features.paper.rules.plain import (
    label,
    line,
    moment,
    name_of,
    told,
    words,
)
from tocsin.features.paper.terms import Entry
from tocsin.ledger.entry import Entry as Recorded

LATE_SECONDS = 60
PARTS = ("What is happening", "What we believe", "What happens next")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry with what its row says of it; `corrects` and `corrected_by` are versions."""

    entry: Recorded
    at: datetime
    is_key: bool = False
    corrects: Recorded | None = None
    corrected_by: int | None = None
    refers: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Sets entries: who is called what, in which zone, and which number each version has here.

    All that the viewer may read has a number. What has none is unknown to them, as is that it is there.
    """

    called: Mapping[str, str]
    zone: tzinfo
    numbers: Mapping[int, int]

    def entry(self, one: Told) -> Entry:
        """One entry as it stands on paper."""
        heading, said = self._said(one.entry)
        who = name_of(one.entry.by.id, self.called)
        return Entry(
            number=f"{self.numbers[one.entry.version]}.",
            at=moment(one.at, self.zone),
            head=f"{heading}, {who}" if heading else "",
            said=said,
            notes=tuple(self._notes(one)),
            struck=one.corrected_by in self.numbers,
        )

    def _said(self, entry: Recorded) -> tuple[str, tuple[str, ...]]:
        match entry.event:
            case Noted(kind=kind, text=text):
                return label(kind), (words(text),)
            case DecisionTaken(choice=choice, question=question, alternatives=others):
                asked = (f"Asked: {words(question)}",) if question else ()
                rest = "; ".join(words(other) for other in others)
                return "Decision", (
                    *asked,
                    words(choice),
                    *([f"Instead of: {rest}"] if rest else []),
                )
            case SituationStated():
                return "Situation", self.situation(entry.event)
            case _:
                return "", (told(sentence(entry.event, entry.by.id), self.called, self.zone),)

    def situation(self, event: SituationStated) -> tuple[str, ...]:
        """What was said of a situation, part by part."""
        parts = zip(PARTS, (event.happening, event.belief, event.next_steps), strict=True)
        said = [f"{about}: {words(part)}" for about, part in parts if part is not None]
        if event.next_update_at is not None:
            said.append(f"Next update at {moment(event.next_update_at, self.zone)}.")
        return tuple(said)

    def _notes(self, one: Told) -> Sequence[str]:
        audience = audience_of(one.entry.event)
        notes = [f"{audience.value.capitalize()} only."] if audience else []
        notes += ["Key moment."] if one.is_key else []
        notes += self._grounds(one.entry.event)
        if (one.entry.at - one.at).total_seconds() >= LATE_SECONDS:
            notes.append(f"Written down {moment(one.entry.at, self.zone)}.")
        if one.corrects is not None and (old := self.numbers.get(one.corrects.version)):
            before = " ".join(self._said(one.corrects)[1])
            notes.append(f"Puts right no. {old}, which said: {before}")
        if one.corrected_by is not None and (new := self.numbers.get(one.corrected_by)):
            notes.append(f"Put right by no. {new}.")
        if one.refers is not None and (other := self.numbers.get(one.refers)):
            notes.append(f"It is about no. {other}.")
        return notes

    def _grounds(self, event: object) -> Sequence[str]:
        """On what a note rests, and by what authority a decision was taken."""
        match event:
            case Noted(basis=Basis() as basis):
                return [f"Basis: {basis.value}."]
            case DecisionTaken(authority=authority, reversible_until=until):
                by = [f"By authority of: {line(authority)}."] if authority else []
                return by + ([f"Reversible until {moment(until, self.zone)}."] if until else [])
            case _:
                return []
