"""What searching brings to Tocsin."""

from typing import Final

from tocsin.feature import Feature
from tocsin.features.search import api, web

FEATURE: Final = Feature(name="search", routers=[api.ROUTER, web.ROUTER])
