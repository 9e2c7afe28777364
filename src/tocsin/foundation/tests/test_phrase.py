"""A phrase is its English self, and can be said in another language with its values put in."""

import copy
import pickle

from tocsin.foundation.phrase import phrase, term

OTHERS = {
    "There is no %(what)s on %(place)s.": "Auf %(place)s gibt es %(what)s nicht.",
    "false positive": "Fehlalarm",
}


def in_another(message: str) -> str:
    return OTHERS.get(message, message)


def test_values_are_put_in_where_the_language_wants_them_and_phrases_are_said_too() -> None:
    said = phrase("There is no %(what)s on %(place)s.", what=term("false_positive"), place="INC-1")
    assert said == "There is no false positive on INC-1."
    assert said.said(in_another) == "Auf INC-1 gibt es Fehlalarm nicht."
    assert phrase("").said(lambda _: "the head of a catalogue") == ""


def test_a_copy_can_be_said_as_well_and_a_plain_string_is_one_no_more() -> None:
    said = phrase("There is no %(what)s on %(place)s.", what="x", place="y")
    for one in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert one.said(in_another) == "Auf y gibt es x nicht."
    assert type(str(said)) is str
