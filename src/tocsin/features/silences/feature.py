"""What silences bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature
from tocsin.features.silences import rows, sentences

FEATURE: Final = Feature(
    name="silences",
    aggregates=[rows.SILENCE],
    doors=["api:ROUTERS"],
    sentences={"silence": sentences.sentence},
)
