"""What handlers of the API have in common: how something is put there, and for whom answers are."""

from typing import Final

from litestar import HttpMethod

SETTING: Final = [HttpMethod.PUT, HttpMethod.POST]
"""Putting a thing there may be asked by either; doing it twice changes nothing."""

PRIVATE: Final = {"cache-control": "private, no-cache"}
"""Headers of what was shown to one viewer."""
