"""Alerts over Alertmanager's API v2: what fires, in one list or in groups."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given

from tocsin.access.work import UnitOfWork
from tocsin.features.silences import commands
from tocsin.features.silences.api import wire
from tocsin.features.silences.api.asked import filters, flag, means_us
from tocsin.features.silences.api.refusals import shown
from tocsin.features.silences.commands import Seen
from tocsin.features.silences.rules.matchers import all_match


@get("/alerts", sync_to_thread=True)
def alerts(request: Request[Any, Any, Any], work: Given[UnitOfWork]) -> Response[bytes]:
    """The firing alerts that are asked for, by fingerprint."""
    now = work.ledger.clock()
    return shown([wire.alert(one, now) for one in _wanted(request, work)])


@get("/alerts/groups", sync_to_thread=True)
def alert_groups(request: Request[Any, Any, Any], work: Given[UnitOfWork]) -> Response[bytes]:
    """The same, grouped as the shipped rule groups: by service, else by the sender's group."""
    now = work.ledger.clock()
    groups: dict[tuple[str, str], list[Seen]] = {}
    for one in _wanted(request, work):
        groups.setdefault(_group(one), []).append(one)
    return shown(
        [
            {
                "alerts": [wire.alert(one, now) for one in groups[group]],
                "labels": {"service": group[0]} if group[0] else {},
                "receiver": {"name": wire.RECEIVER},
            }
            for group in sorted(groups)
        ]
    )


def _wanted(request: Request[Any, Any, Any], work: UnitOfWork) -> list[Seen]:
    """By fingerprint. What several sources tell of the same labels is one alert, as upstream."""
    matchers, is_ours = filters(request), means_us(request)
    active, silenced = flag(request, "active"), flag(request, "silenced")
    for name in ("inhibited", "unprocessed", "muted"):
        flag(request, name)
    found = {wire.fingerprint(one.alert): one for one in commands.firing(work)}
    return [
        found[fingerprint]
        for fingerprint in sorted(found)
        if is_ours
        and (silenced if found[fingerprint].silences else active)
        and all_match(matchers, found[fingerprint].alert.labels)
    ]


def _group(one: Seen) -> tuple[str, str]:
    service = one.alert.service
    return (service, "") if service else ("", one.alert.group_key or "")
