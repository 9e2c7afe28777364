"""What PagerDuty answers to those who send it events, byte for byte as its clients read it."""

import msgspec

from tocsin.features.alerts.port import Delivery


def accepted(delivery: Delivery) -> bytes:
    """The body of a 202 to an alert event."""
    answer = {
        "status": "success",
        "message": "Event processed",
        "dedup_key": delivery.signals[0].key,
    }
    return msgspec.json.encode(answer)


def change_accepted() -> bytes:
    """The body of a 202 to a change event."""
    return msgspec.json.encode({"status": "success", "message": "Change event processed"})


def refused(reason: str) -> bytes:
    """The body of a 400."""
    answer = {
        "status": "invalid event",
        "message": "Event object is invalid",
        "errors": [reason],
    }
    return msgspec.json.encode(answer)
