"""Why alerts are where they are, in words that stay true: rule, condition, group, when. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tocsin.features.triage.state import Match, Standing

NAMED: Final = 8
"""So many groups are named in a sentence; of the others it says how many they are."""


def matched(matches: Sequence[Match], standing: Standing) -> str:
    """Why alerts joined an incident: what matched, of which groups, received when."""
    groups = list(dict.fromkeys(match.group.words for match in matches))
    again = sorted({match.again for match in matches if match.again is not None})
    return " ".join([_held(matches, groups, standing), *again])


def _held(matches: Sequence[Match], groups: Sequence[str], standing: Standing) -> str:
    return (
        f"{standing.rule.condition} holds for {_counted(len(matches), 'alert')} "
        f"of {_listed(groups)}, received {_span(matches)}."
    )


def storm(matches: Sequence[Match], standing: Standing) -> str:
    """Why one incident was opened for all of them."""
    groups = {match.group.key for match in matches}
    most = _counted(standing.rule.most_per_minute, "incident")
    already = f" after {standing.recent} opened within a minute" if standing.recent else ""
    return (
        f"A storm: {_counted(len(matches), 'alert')} in {_counted(len(groups), 'group')} at once"
        f"{already}. The rule opens at most {most} a minute, so all of them are in this one."
    )


def storm_went_on(matches: Sequence[Match], standing: Standing) -> str:
    """Why alerts joined the incident of a storm."""
    minutes = _counted(standing.rule.window_minutes, "minute")
    why = matched(matches, standing)
    return f"The storm goes on: while it is open and its last alert is at most {minutes} ago. {why}"


def storm_title(matches: Sequence[Match]) -> str:
    """What the incident of a storm is called."""
    groups = {match.group.key for match in matches}
    services = {match.alert.service for match in matches}
    by_service = None not in services and len(services) == len(groups)
    what = _counted(len(groups), "service" if by_service else "group")
    return f"Alert storm: {_counted(len(matches), 'alert')} over {what}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number:,} {what}s"


def _listed(groups: Sequence[str]) -> str:
    named = ", ".join(groups[:NAMED])
    left = len(groups) - NAMED
    return named if left <= 0 else f"{named} and {left} more"


def _span(matches: Sequence[Match]) -> str:
    received = [match.alert.received_at for match in matches]
    first, last = _clock(min(received)), _clock(max(received))
    return f"at {first} UTC" if first == last else f"from {first} to {last} UTC"


def _clock(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%H:%M:%S")
