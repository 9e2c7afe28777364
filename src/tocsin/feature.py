"""What a feature brings to Tocsin: what it keeps, the doors it opens, what follows from its events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Router
from sqlalchemy import Connection

from tocsin.access.work import Look, UnitOfWork
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.due import Claimed
from tocsin.ledger.follow import Reactor
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.sentence import Sentence
from tocsin.outbox.call import Outcome

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
    """One feature, as the runtime sees it."""

    name: str
    aggregates: Sequence[Aggregate[Any, Any]] = ()
    routers: Sequence[Router] = ()
    reactors: Sequence[Reactor] = ()
    jobs: Sequence[Job] = ()
    purposes: Sequence[Purpose] = ()
    timers: Mapping[str, Fire] = field(default_factory=dict[str, Fire])
    foresees: Foresee | None = None
    sentences: Mapping[str, Say] = field(default_factory=dict[str, Say])
