"""How Tocsin says no."""

from tocsin.foundation.phrase import Phrase, phrase


class Refused(Exception):
    """A request that cannot be granted, in words its maker can act on.

    `code` is stable and documented, so that programs may depend on it. `reason` is for people and
    may be reworded at any time. `retry_after_seconds` is set where trying again later may help.
    """

    def __init__(self, code: str, reason: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason if isinstance(reason, Phrase) else phrase(reason)
        self.retry_after_seconds = retry_after_seconds
