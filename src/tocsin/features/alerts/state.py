"""What a source is at one moment."""

from datetime import datetime

import msgspec

from tocsin.features.alerts.terms import SourceKind


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A monitor that may send signals. `rate` is how many a second."""

    name: str
    kind: SourceKind
    key_digest: str
    peer_url: str | None
    rate: int
    created_at: datetime
    created_by: str
    retired_at: datetime | None = None

    @property
    def is_retired(self) -> bool:
        """Whether it may send nothing any more."""
        return self.retired_at is not None
