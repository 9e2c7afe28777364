"""What can be asked of silences. The doors and the reactors call these.

Every change has the same five steps: open it for a permission, load, decide, record, answer.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.alerts.rows import occurrences
from tocsin.features.alerts.rows.occurrences import Occurrence
from tocsin.features.silences import lifecycle, rows
from tocsin.features.silences.lifecycle import Wish
from tocsin.features.silences.rows import SILENCE, Kept

KEPT: Final = timedelta(hours=120)
"""So long an expired silence is still listed, as Alertmanager does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A firing alert and the silences that hold over it."""

    alert: Occurrence
    silences: tuple[Kept, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The silences at one instant, by which their states are told."""

    silences: list[Kept]
    at: datetime


def make(work: UnitOfWork, wish: Wish) -> str:
    """Silence the alerts that all matchers match; answers the silence's id."""
    with work.change(Permission.WORK_ON_ALERTS) as change:
        if change.earlier is not None:
            return change.earlier
        return _made(change, wish)


def change(work: UnitOfWork, id: str, wish: Wish) -> str:
    """Change a silence; what cannot be changed ends, and another begins. Answers the id in force."""
    with work.change(Permission.WORK_ON_ALERTS) as opened:
        if opened.earlier is not None:
            return opened.earlier
        silence = opened.load(SILENCE, id)
        if not lifecycle.can_become(silence, wish, opened.now):
            made = _made(opened, wish)
            opened.record(SILENCE, id, lifecycle.expire(silence, opened.now))
            return made
        opened.record(SILENCE, id, lifecycle.change(silence, wish, opened.now))
        opened.concerns(id)
        return id


def expire(work: UnitOfWork, id: str) -> None:
    """End a silence now."""
    with work.change(Permission.WORK_ON_ALERTS) as opened:
        silence = opened.load(SILENCE, id)
        opened.record(SILENCE, id, lifecycle.expire(silence, opened.now))


def one(work: UnitOfWork, id: str) -> Listed:
    """One silence by its id, also long after it was over."""
    with work.look(Permission.SEE_ALERTS) as look:
        silence, _ = look.load_versioned(SILENCE, id)
        return Listed(silences=[Kept(id=id, silence=silence)], at=work.ledger.clock())


def listed(work: UnitOfWork) -> Listed:
    """The silences that are live, to come, or over for less than five days."""
    now = work.ledger.clock()
    with work.look(Permission.SEE_ALERTS) as look:
        return Listed(silences=rows.since(look.rows, now - KEPT), at=now)


def firing(work: UnitOfWork) -> list[Seen]:
    """Every firing alert with the silences that hold over it, oldest first."""
    now = work.ledger.clock()
    with work.look(Permission.SEE_ALERTS) as look:
        held = rows.active(look.rows, now)
        return [
            Seen(alert=alert, silences=tuple(rows.matching(held, alert.labels)))
            for alert in occurrences.firing(look.rows)
        ]


def _made(change: WorkChange, wish: Wish) -> str:
    id_ = str(uuid4())
    change.record(SILENCE, id_, lifecycle.make(wish, change.now))
    change.concerns(id_)
    return id_
