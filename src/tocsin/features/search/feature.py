"""What searching brings to Tocsin."""

from typing import Final

from tocsin.feature import Feature

FEATURE: Final = Feature(name="search", doors=["api:ROUTER", "web:ROUTER"])
