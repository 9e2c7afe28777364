"""Whatever a file is called, its name misleads nobody: 10,000 hostile names, in headers too."""

import re
import unicodedata
from collections.abc import Iterator
from email.message import Message
from pathlib import PurePosixPath, PureWindowsPath
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.features.evidence.rules.names import (
    LONGEST,
    LONGEST_BYTES,
    disposition,
    harmless,
    visible,
)

BITS = (
    "../", "..\\", "/etc/passwd", "C:\\", "\x00", "\r\n", "Set-Cookie: a=b", '"', ";", "%2e%2e%2f",
    "\u202e", "\u2066", "\u200d", "\ufeff", "\ud800", "CON", "nul.txt", ".", "..", " ", "~",
    "$(rm -rf)", "<script>alert(1)</script>", "=1+1", "invoice\u202efdp.exe", "é", "e\u0301", "決済",
    "😀", "a" * 300, ".tar.gz", ".html", "|", "*", "?", "\x1b[31m", "\u2028", "{{7*7}}", "'; --",
    "\U000e0041",
)  # fmt: skip
NAMES = st.one_of(
    st.lists(st.one_of(st.sampled_from(BITS), st.text(max_size=8)), max_size=8).map("".join),
    st.text(),
)
MIXTURES, SEED = 10_000, 20261130
SEARCHING = settings(max_examples=300, deadline=None)
"""Finds the edges and the smallest name that is wrong; it takes a hundred times as long for each."""
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def mixtures() -> Iterator[str]:
    """Mixtures of what is hostile with any other signs."""
    chance = Random(SEED)

    def bit() -> str:
        others = (chr(chance.randrange(256)), chr(chance.randrange(0x110000)))
        return chance.choice(BITS if chance.random() < 0.7 else others)

    for _ in range(MIXTURES):
        yield "".join(bit() for _ in range(chance.randrange(9)))


def must_mislead_nobody(name: str) -> None:
    made = harmless(name)
    assert made
    assert len(made) <= LONGEST
    assert len(made.encode()) <= LONGEST_BYTES + 1
    assert PurePosixPath(made).name == made
    assert PureWindowsPath(made).name == made
    assert not PureWindowsPath(made).drive
    assert not re.search(r'[/\\<>:"|?*%\x00-\x1f\x7f]', made)
    assert not any(unicodedata.category(sign) in UNSEEN for sign in made)
    assert made.strip(". ") == made
    assert harmless(made) == made


def must_be_all_a_header_says(name: str, *, shown: bool) -> None:
    made = disposition(harmless(name), is_shown=shown)
    assert made.isascii()
    assert made.isprintable()
    read = Message()
    read["content-disposition"] = made
    assert read.get_content_disposition() == ("inline" if shown else "attachment")
    encoded = made.partition("filename*=UTF-8''")[2]
    assert re.fullmatch(r"[A-Za-z0-9%._~-]+", encoded)


def must_hide_no_sign(text: str) -> None:
    signs = {*visible(text)} - {*"\n\t\r"}
    assert not any(unicodedata.category(sign) in UNSEEN for sign in signs)


def test_ten_thousand_hostile_names_mislead_nobody_in_headers_or_beside_them() -> None:
    for name in mixtures():
        must_mislead_nobody(name)
        must_be_all_a_header_says(name, shown=len(name) % 2 == 0)
        must_hide_no_sign(name)


@given(NAMES)
@example("../../etc/passwd")
@example("invoice\u202efdp.exe")
@SEARCHING
def test_a_name_is_never_a_path_and_hides_nothing(name: str) -> None:
    must_mislead_nobody(name)


@given(NAMES, st.booleans())
@SEARCHING
def test_a_header_says_the_name_and_nothing_else(name: str, shown: bool) -> None:
    must_be_all_a_header_says(name, shown=shown)


@given(st.text())
@SEARCHING
def test_shown_text_hides_no_sign(text: str) -> None:
    must_hide_no_sign(text)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\shot.png", "shot.png"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("", "file"),
        ("...", "file"),
        ("con.txt", "_con.txt"),
        ("con .txt", "_con.txt"),
        ("COM¹.log", "_COM¹.log"),
        (".bashrc", "bashrc"),
        ("a" * 300 + ".log", "a" * 116 + ".log"),
        ("Grüße aus Zürich.txt", "Grüße aus Zürich.txt"),
    ],
)
def test_names_as_people_see_them(name: str, made: str) -> None:
    assert harmless(name) == made
