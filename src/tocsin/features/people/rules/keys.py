"""The single keys of pages, and which a person has in their place. Pure.

A key is named by what it is as shipped: that is what templates and scripts know it as.
"""

from collections.abc import Mapping
from typing import Final

from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused

KEYS: Final[Mapping[str, str]] = {
    "C": phrase("Declare an incident"),
    "/": phrase("Go to the filter"),
    "J": phrase("Next row or entry"),
    "K": phrase("Previous row or entry"),
    "X": phrase("Select the row"),
    "Z": phrase("Undo what was done to several"),
    ".": phrase("Show waiting updates"),
    "G": phrase("Go to a place, with a second key"),
    "A": phrase("Acknowledge"),
    "N": phrase("Write on the timeline"),
    "U": phrase("Write a status update"),
    "M": phrase("Mark a key moment"),
    "S": phrase("Change the severity"),
    "R": phrase("Hand over"),
    "T": phrase("Add a task"),
    "]": phrase("Advance the incident"),
    "[": phrase("Reopen the incident"),
    "?": phrase("Show the shortcuts"),
}
"""What each does, in the order in which people are asked."""

WITH_SHIFT: Final = "X"
"""With Shift it selects up to a row, so it is a letter."""


def keymap(wanted: Mapping[str, str]) -> dict[str, str]:
    """The keys that differ from those shipped, out of what somebody wants in place of each.

    Refuses `no_such_key` for one that does nothing, `bad_key` for what is no single key, `key_taken`.
    """
    for key in wanted:
        if key not in KEYS:
            raise Refused("no_such_key", phrase("No key is called %(key)s.", key=key))
    whole = {key: _read(key, wanted.get(key, key)) for key in KEYS}
    held: dict[str, str] = {}
    for key, chosen in whole.items():
        if chosen in held:
            raise _taken(chosen, KEYS[held[chosen]], KEYS[key])
        held[chosen] = key
    return {key: chosen for key, chosen in whole.items() if chosen != key}


def _read(key: str, typed: str) -> str:
    """A key as pages know it: letters are capitals."""
    chosen = typed.strip().upper()
    if len(chosen) != 1 or not chosen.isprintable():
        raise Refused(
            "bad_key",
            phrase("%(what)s: give one sign that a single key types, such as Y.", what=KEYS[key]),
        )
    if key == WITH_SHIFT and not chosen.isalpha():
        raise Refused(
            "bad_key", phrase("%(what)s: give a letter, for Shift goes with it.", what=KEYS[key])
        )
    return chosen


def _taken(chosen: str, first: str, second: str) -> Refused:
    both = phrase("%(first)s and %(second)s", first=first, second=second)
    sentence = phrase("%(chosen)s cannot be two things: %(both)s.", chosen=chosen, both=both)
    return Refused("key_taken", sentence)
