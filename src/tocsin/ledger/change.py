"""One change: a transaction on the ledger, made by one actor at one instant."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, bindparam, func, select

from tocsin.foundation.clock import written
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger import history
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.entry import By, Entry, Line, Recorded, spelled
from tocsin.ledger.event import kind_of, take_apart
from tocsin.ledger.sealing import seal
from tocsin.ledger.tables import HEAD, LEDGER, NODES, SEALED
from tocsin.ledger.tree import Frontier, leaf
from tocsin.ledger.words import Text
from tocsin.storage.database import at_once
from tocsin.storage.listening import announce
from tocsin.storage.statements import adding

State = TypeVar("State")
Event = TypeVar("Event")
Row = dict[str, Any]

MOVED: Final = HEAD.update().values(
    size=bindparam("grown"), at=bindparam("now"), frontier=bindparam("edge")
)
"""Made once: making a statement takes as long as its answer."""


class Change:
    """What one actor does at one instant. `rows` is the transaction it is done in."""

    def __init__(
        self, rows: Connection, encryption_key: bytes, by: By, now: datetime, frontier: Frontier
    ) -> None:
        self.rows = rows
        self.by = by
        self.now = now
        self._key = encryption_key
        self._frontier = frontier
        self._lines: list[Row] = []
        self._counts = Counter[str]()
        self._parts: list[Row] = []
        self._nodes: list[Row] = []
        self._found: dict[str, Any] = {}

    @property
    def has_recorded(self) -> bool:
        """Whether anything was recorded so far."""
        return bool(self._lines)

    def find(self, aggregate: Aggregate[State, Event], id: str) -> tuple[State, int] | None:
        """The aggregate's state and version as its row has them, or None.

        What was read is remembered: until this change ends nobody else can record anything.
        """
        key = aggregate.key(id)
        if key not in self._found:
            self._found[key] = aggregate.read(self.rows, id)
        found: tuple[State, int] | None = self._found[key]
        return found

    def load(self, aggregate: Aggregate[State, Event], id: str) -> State:
        """The aggregate as its row has it. Refuses `unknown_<name>`."""
        found = self.find(aggregate, id)
        if found is None:
            raise Refused(
                f"unknown_{aggregate.name}",
                phrase("There is no %(kind)s %(id)s.", kind=aggregate.name, id=id),
            )
        return found[0]

    def record(
        self,
        aggregate: Aggregate[State, Event],
        id: str,
        events: Sequence[Event],
    ) -> State:
        """Keep the events, write down what the aggregate has become, and return it."""
        before, version = self.find(aggregate, id) or (None, 0)
        state = before
        happened: list[tuple[Event, Recorded]] = []
        for event in events:
            version += 1
            recorded = self._append(aggregate.key(id), version, event)
            state = aggregate.evolve(state, event, recorded)
            happened.append((event, recorded))
        assert state is not None, "an aggregate exists from its first event on"
        if events:
            aggregate.write(self.rows, id, state, version, before)
            if aggregate.along is not None:
                aggregate.along.write(self.rows, id, happened)
            if aggregate.worded is not None:
                aggregate.worded.write(self.rows, id, (before, state), happened)
            self._found[aggregate.key(id)] = (state, version)
        return state

    def history(self, aggregate: str) -> list[Entry]:
        """What happened to an aggregate before this change, oldest first."""
        return history.of_aggregate(self.rows, self._key, aggregate)

    def note(self, key: str, event: object) -> Recorded:
        """Record what happened to something that has no row of its own, such as a session."""
        query = select(func.max(LEDGER.c.version)).where(LEDGER.c.aggregate == key)
        version = (self.rows.scalar(query) or 0) + self._counts[key] + 1
        return self._append(key, version, event)

    def _append(self, key: str, version: int, event: object) -> Recorded:
        """Add one line, seal its words, and grow the tree."""
        kind, seq = kind_of(event), self._frontier.size
        facts, words = take_apart(event)
        line = Line(
            seq=seq,
            at=written(self.now),
            kind=kind.name,
            shape=kind.shape,
            on=key,
            version=version,
            by=spelled(self.by),
            facts=facts,
            words=self._sealed(seq, words),
        )
        self._add(line)
        return Recorded(seq=seq, at=self.now, by=self.by)

    def _sealed(self, seq: int, words: dict[str, Text]) -> dict[str, str]:
        digests: dict[str, str] = {}
        for part, text in words.items():
            sealed = seal(text.value, place=f"{seq}:{part}", encryption_key=self._key)
            self._parts.append(
                {
                    "seq": seq,
                    "part": part,
                    "about": text.about,
                    "wrapped_key": sealed.wrapped_key,
                    "ciphertext": sealed.ciphertext,
                }
            )
            digests[part] = sealed.digest
        return digests

    def _add(self, line: Line) -> None:
        text = line.text()
        digest = leaf(text.encode())
        self._counts[line.on] += 1
        self._lines.append(
            {
                "seq": line.seq,
                "aggregate": line.on,
                "version": line.version,
                "kind": line.kind,
                "at": self.now,
                "actor": self.by.id,
                "line": text,
                "leaf": digest,
            }
        )
        self._frontier, made = self._frontier.append(digest)
        for (level, position), inner in made:
            self._nodes.append({"level": level, "position": position, "digest": inner})

    def keep(self) -> None:
        """Write the lines, their parts and the grown tree into the transaction."""
        if not self._lines:
            return
        frontier = b"".join(self._frontier.digests)
        values = {"grown": self._frontier.size, "now": self.now, "edge": frontier}
        with at_once(self.rows):
            for table, rows in (
                (LEDGER, self._lines),
                (NODES, self._nodes),
                (SEALED, self._parts),
            ):
                if rows:
                    self.rows.execute(adding(table), rows)
            self.rows.execute(MOVED, values)
            announce(self.rows)
