"""What papers bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature
from tocsin.features.paper import sentences

FEATURE: Final = Feature(
    name="paper",
    doors=["api:ROUTER", "web:ROUTER"],
    sentences={"paper": sentences.sentence},
)
