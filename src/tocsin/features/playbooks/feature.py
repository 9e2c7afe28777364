"""What playbooks bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature
from tocsin.features.playbooks.api import ROUTERS
from tocsin.features.playbooks.web import ROUTER

FEATURE: Final = Feature(name="playbooks", routers=[*ROUTERS, ROUTER])
"""Its documents read as every document does."""
