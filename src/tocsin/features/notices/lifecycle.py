"""Decides whether a subscriber may be added or retired. Pure."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from tocsin.features.notices.events import SubscriberAdded, SubscriberRetired
from tocsin.features.notices.state import Subscriber
from tocsin.features.notices.terms import Channel, Happening
from tocsin.features.playbooks.rules.severities import must_be_a_severity
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Text

ADDRESS: Final = re.compile(r"[^\s@<>\"(),:;\\\[\]\x00-\x1f]+@[A-Za-z0-9.-]+")
LONGEST: Final = 2000
MOST: Final = 50


def add_webhook(
    name: str, url: str, happenings: Sequence[Happening], minimum_severity: int
) -> SubscriberAdded:
    """Let a system be told. Refuses `bad_address`, `name_missing` and the rest of `_added`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    has_room = len(url) <= LONGEST and port != 0
    if parts.scheme not in ("http", "https") or not parts.hostname or not has_room:
        raise Refused("bad_address", "A webhook's address begins with https:// and names a host.")
    if parts.username or parts.password or any(sign.isspace() for sign in url):
        raise Refused("bad_address", "A webhook's address holds neither spaces nor a password.")
    return _added(name, Channel.WEBHOOK, [url], happenings, minimum_severity)


def add_mail_list(
    name: str, addresses: Sequence[str], happenings: Sequence[Happening], minimum_severity: int
) -> SubscriberAdded:
    """Let people be told by mail. Refuses `bad_address` and the rest of `_added`."""
    if not addresses or len(addresses) > MOST:
        raise Refused(
            "bad_address", phrase("A list has from one to %(most)s addresses.", most=MOST)
        )
    for address in addresses:
        if not ADDRESS.fullmatch(address) or len(address) > 254:  # noqa: PLR2004 - RFC 5321
            raise Refused("bad_address", "One of the addresses is not a mail address.")
    unique = list(dict.fromkeys(addresses))
    return _added(name, Channel.MAIL, unique, happenings, minimum_severity)


def _added(
    name: str,
    channel: Channel,
    contacts: Sequence[str],
    happenings: Sequence[Happening],
    minimum_severity: int,
) -> SubscriberAdded:
    if not name.strip():
        raise Refused("name_missing", "Give it a name by which people know it.")
    if not happenings:
        raise Refused("happenings_missing", "Choose at least one thing to be told of.")
    must_be_a_severity(minimum_severity)
    return SubscriberAdded(
        name=name.strip(),
        channel=channel,
        contacts=tuple(Text(contact) for contact in contacts),
        happenings=tuple(sorted(set(happenings))),
        minimum_severity=minimum_severity,
    )


def retire(subscriber: Subscriber) -> list[SubscriberRetired]:
    """Tell them nothing any more. Refuses `already_retired`."""
    if subscriber.is_retired:
        raise Refused(
            "already_retired", phrase("%(name)s is retired already.", name=subscriber.name)
        )
    return [SubscriberRetired()]
