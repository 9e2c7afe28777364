"""What a subscriber has become after one more event. Pure."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.notices.events import SubscriberAdded, SubscriberEvent, SubscriberRetired
from tocsin.features.notices.state import Subscriber
from tocsin.ledger.entry import Recorded


def evolve(subscriber: Subscriber | None, event: SubscriberEvent, recorded: Recorded) -> Subscriber:
    """The subscriber after one more event."""
    match event:
        case SubscriberAdded():
            return Subscriber(
                since=recorded.seq,
                name=event.name,
                channel=event.channel,
                contacts=event.contacts,
                happenings=frozenset(event.happenings),
                minimum_severity=event.minimum_severity,
            )
        case SubscriberRetired():
            assert subscriber is not None, "only one who was added is retired"
            return replace(subscriber, is_retired=True)
        case _:
            assert_never(event)
