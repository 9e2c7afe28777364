"""Which single keys somebody may have in the place of those shipped."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.features.people.rules.keys import KEYS, keymap
from tocsin.foundation.refusal import Refused

SOURCE = Path(__file__).parents[3]
ON_CONTROLS = re.compile(r'aria-keyshortcuts="(.)"')
IN_SCRIPTS = re.compile(r"yours\('(.)'\)")


def test_every_single_key_that_does_something_can_be_changed() -> None:
    named: set[str] = set()
    for pattern, files in ((ON_CONTROLS, "*.html"), (IN_SCRIPTS, "*.js")):
        for file in SOURCE.rglob(files):
            named |= set(pattern.findall(file.read_text()))
    assert named == set(KEYS)


def test_keys_are_as_shipped_unless_somebody_says_otherwise() -> None:
    assert keymap({}) == keymap({"J": "j", "C": " C "}) == {}
    assert keymap({"J": "y", "?": "h", "N": "n"}) == {"J": "Y", "?": "H"}


def test_two_keys_may_change_places() -> None:
    assert keymap({"J": "K", "K": "J"}) == {"J": "K", "K": "J"}


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"J": "C"}, "key_taken"),
        ({"J": "y", "K": "Y"}, "key_taken"),
        ({"J": "F1"}, "bad_key"),
        ({"J": ""}, "bad_key"),
        ({"J": "\u200b"}, "bad_key"),
        ({"J": "ß"}, "bad_key"),
        ({"X": "1"}, "bad_key"),
        ({"Q": "Y"}, "no_such_key"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(wanted: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        keymap(wanted)
    assert refused.value.code == code
    assert refused.value.reason.endswith(".")


def test_a_key_that_is_taken_is_refused_by_what_it_does() -> None:
    with pytest.raises(Refused, match="C cannot be two things: Declare an incident and Next row"):
        keymap({"J": "c"})


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), st.text(max_size=2)))
def test_no_two_acts_ever_share_a_key(wanted: dict[str, str]) -> None:
    try:
        whole = {key: key for key in KEYS} | keymap(wanted)
    except Refused:
        return
    assert len(set(whole.values())) == len(KEYS)
    assert all(len(key) == 1 and key.isprintable() for key in whole.values())
