"""After 20,000 random events of every kind there is, the rows are what the ledger makes of them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random
from threading import Thread
from typing import Any

import pytest
from random_events import Maker, kinds_of, lives, name_of
from sqlalchemy import Table, select, text

from tocsin.access.policy import TOCSIN
from tocsin.access.work import UnitOfWork
from tocsin.features.incidents.commands import Declaration, declare
from tocsin.features.incidents.rows import INCIDENT
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import checking, keys
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.entry import By
from tocsin.ledger.erasing import WordsErased, erase
from tocsin.ledger.event import kinds
from tocsin.ledger.ledger import Ledger, found
from tocsin.ledger.tables import SEALED
from tocsin.ledger.words import Text
from tocsin.runtime.features import aggregates
from tocsin.storage.database import Database

EVENTS, EACH, SEED = 20_000, 50, 20261124
FEWER, EACH_OF_FEWER = 2_000, 10
LATER = 5
"""So often each kind occurs at least in every round but the first."""
ADA = By(id="ada", kind="person")
OWN_RULES = {"ledger.words_erased"}
"""Kinds that the ledger's own checks give a meaning, so that random ones would be lies."""


def quiet(_: int, __: int) -> None:
    """No progress to show."""


def all_lives(maker: Maker, *, each: int) -> Iterator[tuple[Aggregate[Any, Any], str, list[Any]]]:
    for aggregate in aggregates():
        for id_, events in lives(maker, aggregate, each=each):
            yield aggregate, id_, events


def fill(ledger: Ledger, *, events: int, each: int) -> Counter[str]:
    """Random histories of all aggregates, and random events of all kinds that belong to none."""
    maker, seen = Maker(SEED), Counter[str]()
    of_aggregates = {kind for aggregate in aggregates() for kind in kinds_of(aggregate)}
    alone = [one for one in kinds() if one.made not in of_aggregates and one.name not in OWN_RULES]
    while sum(seen.values()) < events:
        round_ = seen.total()
        with ledger.change(ADA) as change:
            for aggregate, id_, life in all_lives(maker, each=each):
                change.record(aggregate, f"{id_}-{round_}", life)
                seen.update(map(name_of, life))
            for kind in alone * each:
                change.note(f"alone:{kind.name}", maker.event(kind.made))
                seen[kind.name] += 1
        each = min(each, LATER)
    return seen


@pytest.fixture
def ledger(database: Database) -> Ledger:
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    return found(database, keys.make(), clock, origin="test")


def faults(ledger: Ledger, table: Table | None = None) -> list[str]:
    """What the comparison finds in all rows, or in those of whatever has its rows in a table."""
    compared = [one for one in aggregates() if table is None or table in (one.table, *one.others)]
    return [it.sentence for it in checking.rows_against_fold(ledger, compared, quiet)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("database_url", "events", "each"),
    [
        ("sqlite", EVENTS, EACH),
        ("postgresql", FEWER, EACH_OF_FEWER),
        pytest.param("postgresql", EVENTS, EACH, marks=pytest.mark.soak),
    ],
    indirect=["database_url"],
)
def test_rows_equal_the_fold_after_every_kind_of_event(
    ledger: Ledger, events: int, each: int
) -> None:
    seen = fill(ledger, events=events, each=each)
    assert seen.total() >= events
    assert min(seen.values()) >= each, f"seed {SEED}"
    assert set(seen) == {kind.name for kind in kinds()} - OWN_RULES
    assert faults(ledger) == []
    assert list(checking.lines(ledger, quiet)) == []
    erase_some(ledger, events // 40)
    assert faults(ledger) == []
    before = rows_of(ledger)
    checking.rebuild(ledger, aggregates())
    assert rows_of(ledger) == before


def erase_some(ledger: Ledger, number: int) -> None:
    with ledger.read() as rows:
        parts = [(row.seq, row.part) for row in rows.execute(select(SEALED.c.seq, SEALED.c.part))]
    chosen = tuple(sorted(Random(SEED).sample(parts, number)))
    with ledger.change(ADA) as change:
        erased = WordsErased(parts=chosen, approved_by="eve", reason=Text("asked for"))
        erase(change, chosen, erased, aggregates())


def tables() -> list[Table]:
    beside = [table for aggregate in aggregates() for table in aggregate.others]
    return [*dict.fromkeys([*(aggregate.table for aggregate in aggregates()), *beside])]


def rows_of(ledger: Ledger) -> dict[str, list[str]]:
    with ledger.read() as rows:
        return {
            table.name: sorted(repr(tuple(row)) for row in rows.execute(select(table)))
            for table in tables()
        }


def test_a_changed_cell_in_any_table_is_named(ledger: Ledger) -> None:
    fill(ledger, events=1, each=2)
    for table in tables():
        for column in table.columns:
            with ledger.read() as rows:
                there = rows.execute(select(table).where(column.isnot(None)).limit(1)).first()
            if there is None:
                continue
            named = changed_and_put_back(ledger, table, column.name, dict(there._mapping))
            assert named, f"{table.name}.{column.name} can be changed unseen"
            assert all(table.name in sentence for sentence in named)
            if column.name not in ("id", "owner") and "owner" not in table.columns:
                assert any(f"column {column.name} " in sentence for sentence in named)
    assert faults(ledger) == []


def changed_and_put_back(
    ledger: Ledger, table: Table, column: str, row: dict[str, Any]
) -> list[str]:
    whole = list(table.primary_key.columns) or [one for one in table.columns if row[one.name]]
    was, is_ = row[column], other(row[column])
    changed = row | {column: is_}
    with ledger.database.write() as rows:
        here = [one == row[one.name] for one in whole]
        rows.execute(table.update().where(*here).values({column: is_}))
    named = faults(ledger, table)
    with ledger.database.write() as rows:
        there = [one == changed[one.name] for one in whole]
        rows.execute(table.update().where(*there).values({column: was}))
    return named


def other(value: Any) -> Any:
    """Another value of the same type."""
    match value:
        case bool():
            return not value
        case int():
            return value + 77
        case str():
            return value + "x"
        case datetime():
            return value.replace(year=value.year - 1)
        case bytes():
            return value + b"x"
        case _:
            raise TypeError(type(value))


def test_a_row_too_many_and_a_row_too_few_are_named(ledger: Ledger) -> None:
    fill(ledger, events=1, each=2)
    with ledger.database.write() as rows:
        rows.execute(text("DELETE FROM incident WHERE id LIKE 'incident-0-%'"))
    assert any("is missing" in sentence for sentence in faults(ledger))


def test_what_is_recorded_during_a_rebuild_keeps_its_row(ledger: Ledger) -> None:
    work = UnitOfWork(ledger, TOCSIN)
    declare(work, Declaration(title="Before"))
    late = Thread(target=declare, args=[work, Declaration(title="During")])

    def slow(*args: Any) -> Any:
        if late.ident is None:
            late.start()
            late.join(0.5)
        return INCIDENT.evolve(*args)

    checking.rebuild(ledger, [replace(INCIDENT, evolve=slow)])
    late.join()
    assert list(checking.rows_against_fold(ledger, [INCIDENT], quiet)) == []
