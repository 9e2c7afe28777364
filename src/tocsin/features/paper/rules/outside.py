"""What an incident has beside its state, as sections: files, what was told, alerts, proof. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tocsin.features.alerts.rows.occurrences import Occurrence
from tocsin.features.notices.rows import AttemptRow
from tocsin.features.paper.rules.plain import label, line, text, words
from tocsin.features.paper.rules.state import INSTANT, PERSON, Known
from tocsin.features.paper.terms import Section, table
from tocsin.foundation.sizes import sized

HOW = (
    "Every entry of this file is a line of the ledger below. The root names everything that the "
    "ledger held when this was read; the next signed checkpoint covers it, and proves to whoever has "
    "it that nothing was changed or left out since (tocsin ledger proof, tocsin-verify). Where this "
    "is a PDF, the ledger also holds the SHA-256 of the file itself, with who made it and when."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where the ledger stood. `position` and `note` are for those who may read the ledger."""

    origin: str
    root: str
    checkpoint_sha256: str | None
    position: int | None = None
    note: str | None = None


def files(known: Known) -> Section:
    """The files, also those whose bytes are gone, each with its digest."""
    rows = [
        (
            words(file.name) + (f"\n{words(file.description)}" if file.description else ""),
            f"{label(file.kind)}, {sized(file.size)}, {label(file.data_class)}, {label(file.standing)}",
            f"{known.at(file.at)}, {known.who(file.by)}",
            file.sha256,
        )
        for file in known.incident.evidence
    ]
    columns = (("Name", 3), ("What it is", 2), ("Attached", 2), ("SHA-256", 7))
    return table("Files", columns, rows)


def told(known: Known, attempts: Sequence[AttemptRow], names: Mapping[str, str]) -> Section:
    """The attempts to tell somebody outside, in the order in which they were made."""
    rows = [
        (
            known.at(one.at),
            f"{line(names.get(one.subscriber, one.subscriber))}, by {one.channel}",
            label(one.happening),
            f"try {one.nth}: "
            + ("taken" if one.was_taken else f"not taken{', given up' if one.is_final else ''}")
            + (f". {line(one.word)}" if one.word else ""),
        )
        for one in attempts
    ]
    columns = (("When", INSTANT), ("To whom", PERSON), ("About", 2), ("Outcome", 4))
    return table("Told outside", columns, rows)


def alerts(known: Known, found: Sequence[Occurrence]) -> Section:
    """The alerts that belong to it: of very many the newest."""
    all_of_them = len(known.incident.alerts)
    cut = [f"The newest {len(found)} of {all_of_them}."] if len(found) < all_of_them else []
    rows = [
        (
            text(one.title),
            label(one.state),
            known.at(one.starts_at),
            line(one.service or ""),
            str(one.signals),
        )
        for one in found
    ]
    columns = (("Alert", 5), ("State", 2), ("Since", INSTANT), ("Service", 2), ("Signals", 1))
    return table("Alerts", columns, rows, cut)


def proof(known: Known, it: Proof, entries: int) -> Section:
    """How what stands here is held against the ledger."""
    facts = [
        ("Ledger", line(it.origin)),
        ("Read at", known.at(known.now)),
        ("Root of the ledger then", it.root),
        ("Entries on this paper", str(entries)),
        ("SHA-256 of the newest signed checkpoint", it.checkpoint_sha256 or "none was made yet"),
    ]
    facts += [] if it.position is None else [("Position in the ledger", f"entry {it.position}")]
    facts += [] if it.note is None else [("The newest signed checkpoint", text(it.note))]
    return Section(heading="Proof", remarks=(HOW,), facts=tuple(facts))
