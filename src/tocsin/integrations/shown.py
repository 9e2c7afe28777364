"""What of a sender's words may be shown as a title, followed as a link, or named in a silence."""

from collections.abc import Mapping
from typing import Final

from tocsin.features.alerts.terms import NAMELESS
from tocsin.foundation.one_line import is_seen, one_line

MAX_TITLE: Final = 1024
MAX_LINK: Final = 4096


def title_of(words: str) -> str:
    """One line of at most 1,024 characters, of which something is to be seen."""
    line = one_line(words)
    if not is_seen(line):
        return NAMELESS
    return line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1]}…"


def matchable(labels: Mapping[str, str | None], **known: str | None) -> dict[str, str]:
    """Labels that a silence can name: the sender's, and what is known beside them.

    For senders that are not Prometheus; without it their alerts could not be silenced.
    """
    return {name: value for name, value in {**known, **labels}.items() if value}


def link_of(address: str | None) -> str | None:
    """An address that a browser may open, or None: `javascript:` and the like are not for clicking."""
    if not address or len(address) > MAX_LINK:
        return None
    return address if address.lower().startswith(("https://", "http://")) else None
