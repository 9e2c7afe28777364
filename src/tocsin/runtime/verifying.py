"""The nightly comparison: lines with their digests, words with their seals, rows with what happened.

It only reads, some at a time. What it finds is recorded and shown, never mended.
"""

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Final

from tocsin.access.policy import TOCSIN
from tocsin.features.evidence.commands import check_files
from tocsin.ledger import checking, history, verification, witness
from tocsin.ledger.checking import Fault
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.verification import NAMED, Verified
from tocsin.runtime.chore import Chore, Facts, Run
from tocsin.runtime.features import aggregates
from tocsin.storage.lanes import Lane

OVERDUE: Final = timedelta(hours=25)


def _lines(run: Run) -> Facts:
    with run.ledger.read() as rows:
        entries, checkpoints = history.last(rows) + 1, witness.count(rows)
    found = _found(checking.lines(run.ledger, run.pace))
    return found | {"entries": entries, "checkpoints": 0 if found["faults"] else checkpoints}


def _words(run: Run) -> Facts:
    return _found(checking.words(run.ledger, run.pace))


def _rows(run: Run) -> Facts:
    return _found(checking.rows_against_fold(run.ledger, aggregates(), run.pace))


def _files(run: Run) -> Facts:
    return _found(check_files(run.ledger, run.pace))


def _found(faults: Iterator[Fault]) -> Facts:
    began = monotonic()
    where = [fault.where for fault in faults]
    took = round(monotonic() - began, 3)
    return {"faults": len(where), "named": where[:NAMED], "seconds": took}


def _record(run: Run) -> Facts:
    names = ("lines", "words", "rows", "files")
    lines, words, rows, files = parts = [run.earlier[name] for name in names]
    verified = Verified(
        run=run.id,
        entries=lines["entries"],
        lines_ok=not lines["faults"] and not words["faults"],
        rows_ok=not rows["faults"] and not files["faults"],
        faults=sum(part["faults"] for part in parts),
        named=tuple(where for part in parts for where in part["named"])[:NAMED],
        checkpoints=lines["checkpoints"],
        took_seconds=round(sum(part["seconds"] for part in parts), 3),
    )
    with run.ledger.change(TOCSIN.by, Lane.MACHINES) as change:
        verification.record(change, verified)
    return {}


def _is_overdue(ledger: Ledger) -> bool:
    with ledger.read() as rows:
        last = verification.newest(rows, ledger.keys.encryption)
    return last is None or ledger.clock() - last.at > OVERDUE


VERIFICATION: Final = Chore(
    name="verification",
    cron="0 3 * * *",
    steps=(
        ("lines", _lines),
        ("words", _words),
        ("rows", _rows),
        ("files", _files),
        ("record", _record),
    ),
    is_overdue=_is_overdue,
)
