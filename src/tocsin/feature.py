"""What a feature brings to Tocsin: what it keeps, the doors it opens, what follows from its events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Router

from tocsin.access.work import UnitOfWork
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.follow import Reactor

Fire = Callable[[UnitOfWork, dict[str, Any]], None]
"""What a timer does: it is given Tocsin's own unit of work and the timer's facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature, as the runtime sees it."""

    name: str
    aggregates: Sequence[Aggregate[Any, Any]] = ()
    routers: Sequence[Router] = ()
    reactors: Sequence[Reactor] = ()
    timers: Mapping[str, Fire] = field(default_factory=dict[str, Fire])
    sentences: Mapping[str, Callable[..., Any]] = field(default_factory=dict[str, Callable[..., Any]])
