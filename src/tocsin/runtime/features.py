"""The features of Tocsin, bottom to top. A new one is a folder, and a line here."""

from collections.abc import Sequence
from typing import Any, Final

from tocsin.feature import Feature
from tocsin.features.incidents.feature import FEATURE as INCIDENTS
from tocsin.ledger.aggregate import Aggregate
from tocsin.ledger.document import DOCUMENT

FEATURES: Final[Sequence[Feature]] = (INCIDENTS,)


def aggregates() -> list[Aggregate[Any, Any]]:
    """Everything that has a history and a row."""
    return [DOCUMENT, *(aggregate for feature in FEATURES for aggregate in feature.aggregates)]
