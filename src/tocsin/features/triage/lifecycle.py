"""What becomes of the alerts that a rule took: which join, which open an incident. Pure decisions.

Every alert ends in exactly one open incident; a group has at most one; no more than so many are
opened within a minute. What is above that goes into one incident for the storm.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.features.triage.state import (
    Join,
    Match,
    Open,
    Opened,
    OpenStorm,
    Reopen,
    Standing,
    Step,
)
from tocsin.features.triage.terms import PATIENCE, QUIET

Groups = dict[str, tuple[Match, ...]]


def is_settled(came: Sequence[datetime], now: datetime) -> bool:
    """Whether the burst is over that alerts came in, or its first have waited long enough for it."""
    return not came or now - max(came) >= QUIET or now - min(came) >= PATIENCE


def decide(matches: Sequence[Match], standing: Standing, now: datetime) -> list[Step]:
    """What follows from alerts that one rule took."""
    groups = _grouped(matches)
    joined, new = _joined(groups, standing)
    reopened = {key: own for key, own in new.items() if _reopens(key, standing, now)}
    fresh = {key: own for key, own in new.items() if key not in reopened}
    opened = _opened(fresh, standing, now)
    return [*_merged(joined, opened), *_reopened(reopened, standing)]


def _merged(joined: list[Join], opened: list[Step]) -> list[Step]:
    """One step for each incident, so that a batch joins a storm once."""
    match opened:
        case [Join(incident=incident, matches=matches)]:
            before = [
                match for join in joined if join.incident == incident for match in join.matches
            ]
            others = [join for join in joined if join.incident != incident]
            whole = Join(incident=incident, matches=(*before, *matches), is_storm=True)
            return [*others, whole]
        case _:
            return [*joined, *opened]


def _reopened(groups: Groups, standing: Standing) -> list[Step]:
    by_incident: dict[str, tuple[Match, ...]] = {}
    for key, own in groups.items():
        incident = standing.over[key].incident
        by_incident[incident] = (*by_incident.get(incident, ()), *own)
    return [Reopen(incident=incident, matches=own) for incident, own in by_incident.items()]


def _opened(groups: Groups, standing: Standing, now: datetime) -> list[Step]:
    if not groups:
        return []
    everything = tuple(match for own in groups.values() for match in own)
    left = standing.rule.most_per_minute - standing.recent
    storm = standing.storm
    if storm is not None and (len(groups) > left or _goes_on(storm, standing, now)):
        return [Join(incident=storm.incident, matches=everything, is_storm=True)]
    if len(groups) > left:
        return [OpenStorm(matches=everything)]
    return [Open(matches=own) for own in groups.values()]


def _grouped(matches: Sequence[Match]) -> Groups:
    groups: dict[str, dict[str, Match]] = {}
    for match in matches:
        groups.setdefault(match.group.key, {}).setdefault(match.alert.id, match)
    return {key: tuple(own.values()) for key, own in groups.items()}


def _joined(groups: Groups, standing: Standing) -> tuple[list[Join], Groups]:
    by_incident: dict[str, list[Match]] = {}
    new: Groups = {}
    for key, own in groups.items():
        if key in standing.open:
            by_incident.setdefault(standing.open[key].incident, []).extend(own)
        else:
            new[key] = own
    storm = standing.storm.incident if standing.storm else None
    joins = [
        Join(incident=incident, matches=tuple(own), is_storm=incident == storm)
        for incident, own in by_incident.items()
    ]
    return joins, new


def _reopens(key: str, standing: Standing, now: datetime) -> bool:
    before = standing.over.get(key)
    if before is None or not standing.rule.reopens:
        return False
    return now - before.last_joined_at <= standing.rule.window


def _goes_on(storm: Opened, standing: Standing, now: datetime) -> bool:
    return now - storm.last_joined_at <= standing.rule.window
