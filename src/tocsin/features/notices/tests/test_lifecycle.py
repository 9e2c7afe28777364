"""Who may be told, and of what."""

from datetime import UTC, datetime

import pytest

from tocsin.features.notices import lifecycle
from tocsin.features.notices.evolution import evolve
from tocsin.features.notices.terms import Happening
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded
from tocsin.ledger.words import Text

ALL = tuple(Happening)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com",
        "ftp://hooks.example.com",
        "https://",
        "https://ada:secret@hooks.example.com/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nX: y",
        "https://hooks.example.com:0/",
        "https://hooks.example.com:99999/",
        "https://hooks.example.com/" + "x" * 2000,
    ],
)
def test_a_webhook_needs_an_address_that_can_be_called(url: str) -> None:
    with pytest.raises(Refused) as refused:
        lifecycle.add_webhook("hook", url, ALL, 4)
    assert refused.value.code == "bad_address"


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["nobody"],
        ["a@b, c@d"],
        ["a@example.com\r\nBcc: eve@example.com"],
        ["Ada <ada@example.com>"],
        ["ada@example.com"] * 51,
    ],
)
def test_a_list_needs_addresses_that_are_ones(addresses: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        lifecycle.add_mail_list("ops", addresses, ALL, 4)
    assert refused.value.code == "bad_address"


def test_what_is_missing_is_said() -> None:
    for name, happenings, severity, code in (
        (" ", ALL, 4, "name_missing"),
        ("hook", (), 4, "happenings_missing"),
        ("hook", ALL, 0, "no_such_severity"),
        ("hook", ALL, 5, "no_such_severity"),
    ):
        with pytest.raises(Refused) as refused:
            lifecycle.add_webhook(name, "https://hooks.example.com/", happenings, severity)
        assert refused.value.code == code


def test_a_subscriber_is_told_of_what_comes_after_and_only_until_retired() -> None:
    event = lifecycle.add_mail_list("ops", ["a@example.com", "a@example.com"], ALL, 2)
    assert event.contacts == (Text("a@example.com"),)
    by = By(id="ada", kind="person")
    at = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
    subscriber = evolve(None, event, Recorded(seq=7, at=at, by=by))
    assert subscriber.wants(Happening.CLOSED, 2, 8)
    assert not subscriber.wants(Happening.CLOSED, 3, 8), "not bad enough"
    assert not subscriber.wants(Happening.CLOSED, 1, 6), "it was before their time"
    [retired] = lifecycle.retire(subscriber)
    after = evolve(subscriber, retired, Recorded(seq=9, at=at, by=by))
    assert not after.wants(Happening.CLOSED, 1, 10)
    with pytest.raises(Refused, match="retired already"):
        lifecycle.retire(after)
