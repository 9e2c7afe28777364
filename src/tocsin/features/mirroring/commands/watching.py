"""The job: asks every peer for its silences, and records what is new, what ended and what drifted."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import msgspec

from tocsin.access.policy import TOCSIN, Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.alerts.rows import occurrences
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.mirroring import lifecycle, rows
from tocsin.features.mirroring.commands import asking, recovering
from tocsin.features.mirroring.events import Held
from tocsin.features.mirroring.rows import MIRRORING, PEER_SILENCE
from tocsin.features.mirroring.rules import wire
from tocsin.features.mirroring.state import Mirrored
from tocsin.features.mirroring.terms import MirrorState, Told
from tocsin.ledger.ledger import Ledger
from tocsin.outbox.http import Unreachable
from tocsin.storage.lanes import Lane

Fetch = Callable[[str], bytes]
"""Reads what an address has to say, within the operator's rule. Raises `Unreachable`."""

AT_ONCE = 8


@dataclass(slots=True)
class _Heard:
    """What one peer said of its silences, or why nothing was heard."""

    word: str
    told: dict[str, Told] | None = None


def watch(ledger: Ledger, fetch: Fetch) -> bool:
    """Look at every peer once. Answers False: nothing more is waiting until the next time."""
    with ledger.read() as look:
        peers = rows.peers(look)
    if not peers:
        return False
    with ThreadPoolExecutor(min(AT_ONCE, len(peers))) as pool:
        heard = list(pool.map(partial(_heard, fetch), peers.values()))
    for source, one in zip(peers, heard, strict=True):
        told = (one.told or {}).values()
        over = recovering.recovered(ledger, fetch, source, peers[source], told)
        with UnitOfWork(ledger, TOCSIN).change(Permission.RUN, Lane.MACHINES) as change:
            is_reached = one.told is not None
            rows.watch(change.rows, source, change.now, reached=is_reached, word=one.word)
            if one.told is not None:
                _compare(change, source, peers[source], one.told)
                recovering.record(change, source, over)
    return False


def _heard(fetch: Fetch, peer: str) -> _Heard:
    try:
        told = wire.told(fetch(f"{peer}/api/v2/silences"))
    except Unreachable as error:
        return _Heard(str(error))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Heard("It answered something that is no list of silences.")
    return _Heard("It answered.", {one.silence: one for one in told})


def _compare(change: WorkChange, source: str, peer: str, told: Mapping[str, Told]) -> None:
    own = rows.own_silences(change.rows, told) | _adopted(change, source, peer, told)
    for id_, mirrored in rows.of_source(change.rows, source):
        there = told.get(mirrored.silence or "")
        events = lifecycle.compared(mirrored, there, change.now)
        if events:
            change.record(MIRRORING, id_, events)
        elif there is not None and lifecycle.should_be_renewed(mirrored, change.now):
            _renew(change, peer, id_, mirrored, there)
    _their_own(change, source, {key: one for key, one in told.items() if key not in own})


def _adopted(change: WorkChange, source: str, peer: str, told: Mapping[str, Told]) -> set[str]:
    """Silences that bear our mark: one whose answer was lost is taken over, a second one is ended."""
    adopted: set[str] = set()
    ours = dict(rows.of_source(change.rows, source))
    for key, one in told.items():
        mark = wire.marked(one.comment)
        found = MIRRORING.read(change.rows, mark) if mark else None
        if mark is None or found is None:
            continue
        adopted.add(key)
        mirrored = ours.get(mark)
        if one.is_over or mirrored is None or mirrored.silence == key:
            continue
        if mirrored.silence is None and mirrored.state is MirrorState.ASKED:
            names = mirrored.names_reference
            held = Held(silence=key, ends_at=one.ends_at, names_reference=names)
            ours[mark] = change.record(MIRRORING, mark, [held])
        elif mirrored.silence is not None and not mirrored.is_waiting:
            asking.ask_to_lift_extra(change, peer, mark, mirrored, key)
    return adopted


def _renew(change: WorkChange, peer: str, id_: str, mirrored: Mirrored, there: Told) -> None:
    incident = change.load(INCIDENT, mirrored.incident)
    alert = occurrences.one(change.rows, mirrored.alert)
    if alert is not None and lifecycle.is_in_hand(incident):
        asking.ask_again(change, peer, id_, incident, alert, began=there.starts_at)


def _their_own(change: WorkChange, source: str, told: Mapping[str, Told]) -> None:
    known = rows.live_at_peer(change.rows, source)
    for key, one in told.items():
        id_ = f"{source}/{key}"
        before = known.get(key)
        if before is None and not one.is_over:
            found = PEER_SILENCE.read(change.rows, id_)
            before = found[0] if found else None
        if events := lifecycle.heard(before, one, source):
            change.record(PEER_SILENCE, id_, events)
    for key, silence in known.items():
        if key not in told and (events := lifecycle.no_longer_told(silence, change.now)):
            change.record(PEER_SILENCE, f"{source}/{key}", events)
