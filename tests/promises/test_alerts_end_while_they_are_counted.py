"""Whoever ends alerts and whoever counts their signals wait in one order, and never in a ring."""

from collections.abc import Callable
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest
from processes import until
from sqlalchemy import Connection, Engine, select, text

from tocsin.features.alerts.rows import leaving
from tocsin.features.alerts.rows.journal import ADD
from tocsin.features.alerts.rows.tables import ALERTS, SEEN
from tocsin.features.alerts.terms import AlertState
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def alerts(rows: Connection) -> list[int]:
    """Two alerts; what is known of the second lies before what is known of the first."""
    said: dict[str, Any] = {"source": "s", "state": "firing", "title": "t", "labels": "{}"}
    said |= {"annotations": "{}", "starts_at": NOON, "received_at": NOON, "changed_at": NOON}
    rows.execute(ALERTS.insert(), [said | {"id": f"a{n}", "key": f"k{n}"} for n in range(2)])
    numbers = sorted(rows.scalars(select(ALERTS.c.number)))
    for number in reversed(numbers):
        rows.execute(SEEN.insert().values(alert=number, signals=1, last_at=NOON))
    return numbers


def is_somebody_waiting(engine: Engine) -> Callable[[], bool]:
    def ask() -> bool:
        with engine.connect() as rows:
            return bool(rows.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))

    return ask


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_waits_for_the_other_and_both_are_done(database: Database) -> None:
    with database.write() as rows:
        METADATA.create_all(rows)
        numbers = alerts(rows)

    def end() -> None:
        with database.write() as rows:
            leaving.end(rows, numbers, AlertState.EXPIRED, NOON)

    ending = Thread(target=end)
    heard = [{"number": n, "more": 1, "heard_at": NOON, "until": None} for n in numbers]
    with database.write() as rows:
        rows.execute(ADD, heard[:1])
        ending.start()
        until(is_somebody_waiting(database.engine), "the end does not wait")
        rows.execute(ADD, heard[1:])
    ending.join()
    with database.read() as rows:
        kept = rows.execute(select(SEEN.c.signals, SEEN.c.is_over)).all()
        states = set(rows.scalars(select(ALERTS.c.state)))
    assert ([tuple(one) for one in kept], states) == ([(2, True)] * 2, {"expired"})
