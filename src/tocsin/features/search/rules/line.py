"""A line of the search, understood: which words are looked for and what cuts the incidents down.

What has no name that we know is words: `error:500` looks for "error 500". Pure.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, tzinfo
from typing import Final

from tocsin.features.incidents.terms import Mode, Phase
from tocsin.features.search.terms import Filter, Question
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.foundation.seeking import Part, parts, sought_in

ME: Final = "me"
NOBODY: Final = "none"
OPEN: Final = "open"
OVER: Final = "over"
STATES: Final = (OPEN, OVER, *(phase.value for phase in Phase))
SEVERITIES: Final = ("1", "2", "3", "4")
MODES: Final = tuple(mode.value for mode in Mode)
NAMES: Final = {"severity": "sev", "phase": "state"}
"""Other names of the same filters."""

MOST_FILTERS: Final = 16


def understood(line: str, zone: tzinfo) -> Question:
    """What a line asks for; days are those of a zone. Refuses `bad_search` with what is wrong."""
    words: list[Part] = []
    filters: list[Filter] = []
    for part in parts(line):
        name = NAMES.get(part.name, part.name)
        if name in READ and part.value:
            values = READ[name](part.value.casefold(), zone)
            filters.append(Filter(name=name, values=values, is_unwanted=part.is_unwanted))
        else:
            words.append(part)
    if len(filters) > MOST_FILTERS:
        raise Refused(
            "bad_search", phrase("One line takes at most %(most)s filters.", most=MOST_FILTERS)
        )
    return Question(sought=sought_in(words), filters=tuple(filters))


def _severities(value: str, _: tzinfo) -> tuple[object, ...]:
    wanted = [each.removeprefix("sev-") for each in value.split(",")]
    return tuple(int(each) for each in _known("sev", wanted, SEVERITIES))


def _states(value: str, _: tzinfo) -> tuple[object, ...]:
    return _known("state", value.split(","), STATES)


def _modes(value: str, _: tzinfo) -> tuple[object, ...]:
    return _known("mode", value.split(","), MODES)


def _names(value: str, _: tzinfo) -> tuple[object, ...]:
    return tuple(each for each in value.split(",") if each)


def _day(value: str, zone: tzinfo) -> tuple[object, ...]:
    try:
        return (datetime.combine(date.fromisoformat(value), time(), zone).astimezone(UTC),)
    except (ValueError, OverflowError):
        sentence = phrase("%(value)s is not a day: write it as 2026-11-01.", value=value[:40])
        raise Refused("bad_search", sentence) from None


def _known(name: str, wanted: list[str], known: tuple[str, ...]) -> tuple[str, ...]:
    for each in wanted:
        if each not in known:
            sentence = phrase(
                "%(name)s:%(word)s is not known: it is one of %(known)s.",
                name=name,
                word=each[:40],
                known=", ".join(known),
            )
            raise Refused("bad_search", sentence)
    return tuple(wanted)


READ: Final[dict[str, Callable[[str, tzinfo], tuple[object, ...]]]] = {
    "sev": _severities,
    "state": _states,
    "mode": _modes,
    "service": _names,
    "team": _names,
    "tag": _names,
    "commander": _names,
    "before": _day,
    "after": _day,
}
"""How the value of each filter is read."""
