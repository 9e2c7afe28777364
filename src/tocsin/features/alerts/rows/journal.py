"""What the intake writes down at each commit, and how it is folded into proof and figures.

A journal row says which alerts were heard again and until when each goes on, the digests of the bodies
and how many signals each source sent. Nothing here is read by anybody but the folding job.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select

from tocsin.features.alerts.events import SignalsReceived
from tocsin.features.alerts.rows.occurrences import chunks
from tocsin.features.alerts.rows.sources import hear
from tocsin.features.alerts.rows.tables import JOURNAL, RECEIVED, SEEN, TALLIES
from tocsin.features.alerts.rules import received
from tocsin.features.alerts.rules.received import Inclusion
from tocsin.ledger.change import Change
from tocsin.storage.statements import adding

NEVER: Final = 2**62
"""The end, in microseconds, of what goes on until something else is said."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHELF_ALERTS: Final = 100
"""So many alerts, by number, are added to in one transaction."""

Tally = tuple[int, int, int, int]
"""An alert's number, how often it was heard, when last and its end (microseconds)."""

AROUND: Final = timedelta(hours=1)

Repeats = dict[int, "array[int]"]
"""The numbers of the alerts heard again, by the end (microseconds) that was said."""


@dataclass(slots=True)
class Heard:
    """What was heard of one alert: how often, when last, and its end in microseconds."""

    signals: int = 0
    last_us: int = 0
    ends_us: int = NEVER


@dataclass(slots=True)
class Folded:
    """Journal rows read together: nothing of it is kept yet."""

    numbers: list[int] = field(default_factory=list[int])
    digests: list[bytes] = field(default_factory=list[bytes])
    heard: dict[int, Heard] = field(default_factory=dict[int, Heard])
    sources: dict[str, int] = field(default_factory=dict[str, int])
    since: datetime | None = None
    until: datetime | None = None
    root: bytes = b""


class FoldedElsewhere(Exception):
    """Another process folded these rows meanwhile."""


def microseconds(instant: datetime | None) -> int:
    """An instant as a number; None is `NEVER`."""
    return NEVER if instant is None else (instant - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=1024)
def instant(number: int) -> datetime | None:
    """The instant behind a number, None for `NEVER`."""
    return None if number >= NEVER else EPOCH + timedelta(microseconds=number)


def write_journal(
    rows: Connection, at: datetime, repeats: Repeats, digests: bytes, sources: Mapping[str, int]
) -> None:
    """Write down one commit of the intake."""
    packed = {str(ends): numbers.tobytes() for ends, numbers in repeats.items()}
    row = {
        "at": at,
        "repeats": msgspec.msgpack.encode(packed),
        "digests": digests,
        "sources": msgspec.msgpack.encode(sources),
    }
    rows.execute(adding(JOURNAL), row)


def read_journal(rows: Connection, limit: int) -> Folded:
    """The oldest journal rows, folded together, with the root over the bodies. Takes no lock."""
    folded = Folded()
    for row in rows.execute(select(JOURNAL).order_by(JOURNAL.c.number).limit(limit)):
        _fold(folded, row)
    folded.root = received.root(folded.digests)
    return folded


def _fold(folded: Folded, row: Any) -> None:  # noqa: ANN401 - a row of JOURNAL
    folded.numbers.append(row.number)
    folded.digests += received.split(bytes(row.digests))
    folded.since = min(folded.since or row.at, row.at)
    folded.until = max(folded.until or row.at, row.at)
    at = microseconds(row.at)
    for ends, packed in msgspec.msgpack.decode(row.repeats, type=dict[str, bytes]).items():
        _add(folded.heard, int(ends), array("Q", packed), at)
    for source, signals in msgspec.msgpack.decode(row.sources, type=dict[str, int]).items():
        folded.sources[source] = folded.sources.get(source, 0) + signals


def _add(heard: dict[int, Heard], ends: int, numbers: "array[int]", at: int) -> None:
    for number in numbers:
        one = heard.get(number)
        if one is None:
            one = heard[number] = Heard()
        one.signals += 1
        one.last_us = at
        one.ends_us = ends


def keep_folded(change: Change, folded: Folded) -> None:
    """Put the root into the ledger, the figures into tallies, and remove the journal rows."""
    rows = change.rows
    gone = sum(
        rows.execute(JOURNAL.delete().where(JOURNAL.c.number.in_(some))).rowcount
        for some in chunks(folded.numbers)
    )
    if gone != len(folded.numbers):
        raise FoldedElsewhere
    assert folded.since is not None
    assert folded.until is not None
    _prove(change, folded, folded.since, folded.until)
    for source, signals in sorted(folded.sources.items()):
        hear(rows, source, signals, folded.until)
    _keep_tallies(rows, folded.heard, folded.since)


def _prove(change: Change, folded: Folded, since: datetime, until: datetime) -> None:
    if not folded.digests:
        return
    event = SignalsReceived(
        count=len(folded.digests), root=folded.root.hex(), since=since, until=until
    )
    recorded = change.note("signals:received", event)
    row = {"seq": recorded.seq, "since": since, "until": until}
    change.rows.execute(RECEIVED.insert(), row | {"digests": b"".join(folded.digests)})


def _keep_tallies(rows: Connection, heard: Mapping[int, Heard], at: datetime) -> None:
    shelves: dict[int, list[Tally]] = {}
    for number, one in heard.items():
        told = (number, one.signals, one.last_us, one.ends_us)
        shelves.setdefault(number // SHELF_ALERTS, []).append(told)
    made = [
        {"at": at, "shelf": shelf, "heard": msgspec.msgpack.encode(told)}
        for shelf, told in sorted(shelves.items())
    ]
    if made:
        rows.execute(TALLIES.insert(), made)


ADD: Final = (
    SEEN.update()
    .where(SEEN.c.alert == bindparam("number"))
    .values(
        signals=SEEN.c.signals + bindparam("more"),
        last_at=bindparam("heard_at"),
        ends_at=bindparam("until"),
    )
)


def waiting_shelves(rows: Connection) -> tuple[list[int], datetime | None]:
    """The shelves for which tallies wait, and since when. Takes no lock."""
    oldest = rows.scalar(select(TALLIES.c.at).order_by(TALLIES.c.number).limit(1))
    return list(rows.scalars(select(TALLIES.c.shelf).distinct())), oldest


def add_tallies(rows: Connection, shelf: int) -> None:
    """Add what waits for a shelf to what is known of its alerts."""
    query = select(TALLIES).where(TALLIES.c.shelf == shelf).order_by(TALLIES.c.number)
    heard: dict[int, Heard] = {}
    numbers: list[int] = []
    for row in rows.execute(query.with_for_update()):
        numbers.append(row.number)
        for number, more, last, ends in msgspec.msgpack.decode(row.heard, type=list[Tally]):
            one = heard.setdefault(number, Heard())
            one.signals, one.last_us, one.ends_us = one.signals + more, last, ends
    if heard:
        rows.execute(ADD, [_added(number, one) for number, one in sorted(heard.items())])
        rows.execute(TALLIES.delete().where(TALLIES.c.number.in_(numbers)))


def _added(number: int, one: Heard) -> dict[str, Any]:
    return {
        "number": number,
        "more": one.signals,
        "heard_at": instant(one.last_us),
        "until": instant(one.ends_us),
    }


def inclusion_of(rows: Connection, digest: bytes, around: datetime) -> Inclusion | None:
    """The proof for a body that was received about then, or None."""
    query = (
        select(RECEIVED)
        .where(RECEIVED.c.until >= around - AROUND, RECEIVED.c.since <= around + AROUND)
        .order_by(RECEIVED.c.number)
    )
    with rows.execution_options(yield_per=16).execute(query) as found:
        for row in found:
            digests = received.split(bytes(row.digests))
            if digest in digests:
                return _inclusion(row.seq, digests.index(digest), digests)
    return None


def _inclusion(seq: int, index: int, digests: Sequence[bytes]) -> Inclusion:
    path = received.path(index, digests)
    return Inclusion(seq=seq, index=index, count=len(digests), path=path)
