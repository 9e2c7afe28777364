"""What silences bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature
from tocsin.features.silences import rows, sentences
from tocsin.features.silences.api import alertmanager_routers

FEATURE: Final = Feature(
    name="silences",
    aggregates=[rows.SILENCE],
    routers=alertmanager_routers(),
    sentences={"silence": sentences.sentence},
)
