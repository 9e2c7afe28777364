"""What playbooks bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature

FEATURE: Final = Feature(
    name="playbooks",
    doors=["api:ROUTERS", "web:ROUTER"],
)
"""Its documents read as every document does."""
