"""The ledger: every event about an organisation, in order, never changed.

All writing goes through `Ledger.change`. It takes the write lock before it reads the clock, so the
order of `seq` is the order of commits and of `at`, and a reader that has seen entry 41 can be sure
that no entry 40 will turn up later.
"""

from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, select

from tocsin.foundation.clock import Clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import history
from tocsin.ledger.change import Change
from tocsin.ledger.entry import By, Entry
from tocsin.ledger.keys import Keys
from tocsin.ledger.tables import HEAD, must_be_guarded
from tocsin.ledger.tree import Frontier
from tocsin.storage import schema
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database
from tocsin.storage.lanes import Lane

DIGEST_BYTES = 32

READ_HEAD: Final = select(HEAD)
TAKE_HEAD: Final = READ_HEAD.with_for_update()
"""Made once: making a statement takes as long as its answer."""


class Ledger:
    """The only way to change anything that Tocsin must be able to account for."""

    def __init__(self, database: Database, keys: Keys, clock: Clock) -> None:
        """Open an organisation's ledger with its own keys.

        Refuses other keys, another schema than this program's, and a ledger without its guards.
        """
        self.database = database
        self.keys = keys
        self.clock = clock
        self.listeners: list[Callable[[], None]] = []
        with database.read() as rows:
            schema.must_be_present(rows)
            must_be_guarded(rows)
            database.must_be_durable(rows)
            head = rows.execute(READ_HEAD).one()
        must_be_keys_of(head, keys)
        self.origin = str(head.origin)

    @contextmanager
    def change(self, by: By, lane: Lane = Lane.PEOPLE) -> Generator[Change]:
        """One transaction: what is recorded inside is kept together, or not at all."""
        with self.database.write(lane) as rows:
            head = rows.execute(TAKE_HEAD).one()
            now = max(self.clock(), head.at)
            change = Change(rows, self.keys.encryption, by, now, frontier_of(head))
            yield change
            change.keep()
        if change.has_recorded:
            self.tell()

    def tell(self) -> None:
        """Wake those who follow the ledger in this process."""
        for listener in self.listeners:
            listener()

    @contextmanager
    def read(self) -> Generator[Connection]:
        """One look at the rows: each query sees what is there when it begins."""
        with self.database.read() as rows:
            yield rows

    def after(self, seq: int, limit: int = history.CHUNK) -> list[Entry]:
        """What was recorded after entry `seq` (-1 for all), oldest first."""
        with self.read() as rows:
            return history.after(rows, self.keys.encryption, seq, limit)

    def history(self, rows: Connection, aggregate: str) -> list[Entry]:
        """Everything that happened to one aggregate, oldest first."""
        return history.of_aggregate(rows, self.keys.encryption, aggregate)

    def entries(self, rows: Connection, aggregate: str, seqs: Collection[int]) -> list[Entry]:
        """Those entries about one aggregate that stand at these places, oldest first."""
        return history.some_of_aggregate(rows, self.keys.encryption, aggregate, seqs)

    def at(self, rows: Connection, seqs: Collection[int]) -> list[Entry]:
        """The entries at these places, whatever they are about, oldest first."""
        return history.at(rows, self.keys.encryption, seqs)


def found(database: Database, keys: Keys, clock: Clock, *, origin: str) -> Ledger:
    """Make the tables of a new organisation and open its empty ledger.

    `origin` names the ledger in every checkpoint. Refuses `already_founded`.
    """
    with database.write() as rows:
        METADATA.create_all(rows)
        if rows.execute(select(HEAD.c.only)).first() is not None:
            raise Refused("already_founded", "There is an organisation in this database already.")
        head: dict[str, Any] = {
            "only": 1,
            "size": 0,
            "at": clock(),
            "frontier": b"",
            "origin": origin,
            "encryption_id": keys.encryption_id,
            "signing_id": keys.signing_id,
        }
        rows.execute(HEAD.insert().values(head))
        schema.stamp(rows)
    return Ledger(database, keys, clock)


def must_be_keys_of(head: Any, keys: Keys) -> None:  # noqa: ANN401 - a row of HEAD
    """Refuse `other_keys` for keys that a database was not made with."""
    if (head.encryption_id, head.signing_id) != (keys.encryption_id, keys.signing_id):
        raise Refused("other_keys", "These are not the keys that this database was made with.")


def frontier_of(head: Any) -> Frontier:  # noqa: ANN401 - a row of HEAD
    """The edge of the tree, as the head keeps it."""
    kept = bytes(head.frontier)
    digests = [kept[at : at + DIGEST_BYTES] for at in range(0, len(kept), DIGEST_BYTES)]
    return Frontier(head.size, tuple(digests))
