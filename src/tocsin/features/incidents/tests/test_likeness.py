"""What may be the same incident is found by the words that say something."""

import pytest

from tocsin.features.incidents.rules.likeness import likeness, shared_words

TITLE = "Card authorisations failing for EU merchants"


def test_shared_words_are_those_that_say_something_in_the_order_they_were_said() -> None:
    said = "Failing card payments for the merchants, failing"
    assert shared_words(said, TITLE) == ("failing", "card", "merchants")


@pytest.mark.parametrize(
    ("said", "at_least", "at_most"),
    [
        (TITLE, 1.0, 1.0),
        ("card payments failing in germany", 0.4, 0.9),
        ("for the EU", 0.0, 0.0),
        ("card", 0.5, 0.5),
        ("", 0.0, 0.0),
        ("Disk of batch-3 full", 0.0, 0.0),
    ],
)
def test_likeness_is_a_share_of_words(said: str, at_least: float, at_most: float) -> None:
    assert at_least <= likeness(said, TITLE) <= at_most
