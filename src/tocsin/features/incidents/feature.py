"""What incidents bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature
from tocsin.features.incidents import rows, sentences

FEATURE: Final = Feature(
    name="incidents",
    aggregates=[rows.INCIDENT],
    sentences={"incident": sentences.sentence},
)
