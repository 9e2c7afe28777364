"""Silences over Alertmanager's API v2: list, make, change, show, end."""

from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, RawBody

from tocsin.access.work import UnitOfWork
from tocsin.features.silences import commands
from tocsin.features.silences.api import wire
from tocsin.features.silences.api.asked import filters
from tocsin.features.silences.api.refusals import shown
from tocsin.features.silences.rows import Kept
from tocsin.features.silences.rules.matchers import all_match
from tocsin.features.silences.terms import SilenceState

STATES: Final = (SilenceState.ACTIVE, SilenceState.PENDING, SilenceState.EXPIRED)


@get("/silences", sync_to_thread=True)
def list_silences(request: Request[Any, Any, Any], work: Given[UnitOfWork]) -> Response[bytes]:
    """Silences: active ones first, then those to come, then those over."""
    wanted, found = filters(request), commands.listed(work)
    kept = [one for one in found.silences if all_match(wanted, _as_labels(one))]
    kept.sort(key=lambda one: _order(one, found.at))
    return shown([wire.silence(one, found.at) for one in kept])


@post("/silences", status_code=200, sync_to_thread=True)
def post_silence(body: RawBody, work: Given[UnitOfWork]) -> Response[bytes]:
    """Make a silence, or change the one whose id is given."""
    id_, wish = wire.wished(body)
    made = commands.change(work, id_, wish) if id_ else commands.make(work, wish)
    return shown({"silenceID": made})


@get("/silence/{silence_id:str}", sync_to_thread=True)
def get_silence(silence_id: FromPath[str], work: Given[UnitOfWork]) -> Response[bytes]:
    """One silence."""
    found = commands.one(work, wire.identifier(silence_id))
    return shown(wire.silence(found.silences[0], found.at))


@delete("/silence/{silence_id:str}", status_code=200, sync_to_thread=True)
def delete_silence(silence_id: FromPath[str], work: Given[UnitOfWork]) -> Response[bytes]:
    """End a silence."""
    commands.expire(work, wire.identifier(silence_id))
    return Response(b"", media_type="application/json")


def _as_labels(kept: Kept) -> dict[str, str]:
    """A silence is found by the values of its own matchers."""
    return {matcher.name: matcher.value for matcher in kept.silence.matchers}


def _order(kept: Kept, now: datetime) -> tuple[int, float, str]:
    state = kept.silence.at(now)
    match state:
        case SilenceState.ACTIVE:
            instant = kept.silence.ends_at.timestamp()
        case SilenceState.PENDING:
            instant = kept.silence.starts_at.timestamp()
        case SilenceState.EXPIRED:
            instant = -kept.silence.ends_at.timestamp()
    return STATES.index(state), instant, kept.id
