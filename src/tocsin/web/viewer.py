"""Who looks at a page: what of them the frame of a page needs to know, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin.access.policy import Permission
from tocsin.foundation.clock import system_clock
from tocsin.web.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person who is signed in, at the moment of one request.

    `zone` is an IANA name, `language` a tag (BCP 47). `theme` is light, dark or empty for what the
    system prefers. `single_keys` says whether a key alone does something, `keys` which are others than
    those shipped. `csrf` is what every form sends back. `may` decides which controls are shown; commands
    ask for themselves.
    """

    person: str
    name: str
    role: str
    may: frozenset[Permission]
    zone: str = "UTC"
    language: str = "en"
    theme: str = ""
    single_keys: bool = True
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    csrf: str = ""
    now: datetime = field(default_factory=system_clock)
    watch: Watch | None = None

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which this person reads times."""
        return ZoneInfo(self.zone)

    def can(self, permission: str) -> bool:
        """Whether a control that takes this permission (its name, such as RESPOND) is of use to them."""
        return Permission[permission] in self.may
