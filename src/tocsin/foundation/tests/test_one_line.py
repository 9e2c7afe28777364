"""Words on one line hide nothing and turn nothing, and are otherwise as they were written."""

import pytest

from tocsin.foundation.one_line import is_seen, one_line


@pytest.mark.parametrize(
    ("written", "line"),
    [
        ("Cards refused", "Cards refused"),
        (" a\r\n b\tc\u2028d ", "a b c d"),
        ("\x1b[31mred\x9b0m", "[31mred0m"),
        ("x\u202egpj.exe", "xgpj.exe"),
        ("\u2066a\u2069 b", "a b"),
        ("a \x00 b", "a b"),
        ("שלום\u200f!", "שלום\u200f!"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_breaks_are_spaces_and_what_hides_is_left_out(written: str, line: str) -> None:
    assert one_line(written) == line
    assert one_line(line) == line


@pytest.mark.parametrize("words", ["", " ", "\u200b\u2060", "\x1b", "\ufeff"])
def test_words_of_which_nothing_is_to_be_seen(words: str) -> None:
    assert not is_seen(words)
    assert is_seen(f"{words}a")
