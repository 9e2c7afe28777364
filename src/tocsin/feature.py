"""What a feature brings to Tocsin: what it keeps, the doors it opens, what follows from its events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table

from tocsin.access.work import Look, UnitOfWork
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.due import Claimed
from tocsin.ledger.follow import Reactor
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.sentence import Sentence
from tocsin.outbox.call import Outcome

if TYPE_CHECKING:
    from litestar import Router

Fire = Callable[[UnitOfWork, dict[str, Any]], None]
"""What a timer does: it is given Tocsin's own unit of work and the timer's facts."""

Say = Callable[[Any, str], Sentence]
"""How an event about one kind of aggregate reads: the event, and the id of who did it."""

Foresee = Callable[[Look, Any], Sequence[Any]]
"""What a feature says beforehand of something about to happen, as whoever looks may see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work done over and over in the background, by one process at a time (a lease sees to it).

    What is for every process is done by each of them: such as what concerns the files of its machine.
    It is run every so many seconds, and at once after news in the ledger where `follows_news`.
    `run` answers True where more is waiting.
    """

    name: str
    every_seconds: float
    run: Callable[[Ledger], bool]
    follows_news: bool = False
    is_for_every_process: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What calls of one purpose are asked before an attempt, and who is told how the attempt ended.

    `may_be_said` sees the rows as they are now: what became restricted meanwhile is not sent; then
    `withheld` is told so, in the change that ends the call.
    """

    name: str
    may_be_said: Callable[[Connection, Claimed], bool]
    told: Callable[[UnitOfWork, Claimed, Outcome], None]
    withheld: Callable[[UnitOfWork, Claimed], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature, as the runtime sees it.

    `tables` are those that only its doors read and write: all are made when an organisation is founded.
    `doors` are the places in its folder (`api:ROUTER`) of its routers, or of sequences of them.
    """

    name: str
    aggregates: Sequence[Aggregate[Any, Any]] = ()
    tables: Sequence[Table] = ()
    doors: Sequence[str] = ()
    reactors: Sequence[Reactor] = ()
    jobs: Sequence[Job] = ()
    purposes: Sequence[Purpose] = ()
    timers: Mapping[str, Fire] = field(default_factory=dict[str, Fire])
    foresees: Foresee | None = None
    sentences: Mapping[str, Say] = field(default_factory=dict[str, Say])

    @property
    def routers(self) -> "list[Router]":
        """What its doors lead to. Loaded when asked for: only who serves needs pages and API."""
        found: list[Router | Sequence[Router]] = [
            resolve_name(f"tocsin.features.{self.name}.{door}") for door in self.doors
        ]
        several = [one if isinstance(one, Sequence) else [one] for one in found]
        return [router for some in several for router in some]
