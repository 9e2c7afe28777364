"""What papers bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature
from tocsin.features.paper import api, sentences, web

FEATURE: Final = Feature(
    name="paper",
    routers=[api.ROUTER, web.ROUTER],
    sentences={"paper": sentences.sentence},
)
