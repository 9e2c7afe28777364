"""Whether a peer silences an alert of ours: its matchers are its own, not ours to refuse. Pure."""

from collections.abc import Iterable, Mapping

from tocsin.features.silences.rules.matchers import all_match
from tocsin.features.silences.terms import Matcher
from tocsin.foundation.refusal import Refused


def fits(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether every matcher holds; one that is too large to be tried here does not: nothing is hidden."""
    try:
        return all_match(matchers, labels)
    except Refused:
        return False
