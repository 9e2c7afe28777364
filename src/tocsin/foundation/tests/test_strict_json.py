"""What others send is either understood in one way only, or refused."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.foundation.refusal import Refused
from tocsin.foundation.strict_json import DEEPEST, LARGEST_BYTES, refuse_if_bad, strict_json

BAD = {
    "nothing": (b"", "bad_json"),
    "only space": (b"  ", "bad_json"),
    "cut off": (b'{"a": [1, 2', "bad_json"),
    "two values": (b"{} {}", "bad_json"),
    "single quotes": (b"{'a': 1}", "bad_json"),
    "a trailing comma": (b"[1,]", "bad_json"),
    "a comment": (b"[1] // one", "bad_json"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "bad_json"),
    "too many digits": (b"1" * 5000, "bad_json"),
    "Latin-1": (b'"\xe9"', "bad_json_text"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "bad_json_text"),
    "an encoded surrogate": (b'"\xed\xa0\x80"', "bad_json_text"),
    "an overlong encoding": (b'"\xc0\xaf"', "bad_json_text"),
    "half a pair, high": (rb'{"a": "\ud83d"}', "bad_json_text"),
    "half a pair, low": (rb'["\uDE00 x"]', "bad_json_text"),
    "half a pair in a key": (rb'{"\ud83d": 1}', "bad_json_text"),
    "NUL, escaped": (rb'{"a": "x\u0000"}', "bad_json_text"),
    "NUL, raw": (b'{"a": "\x00"}', "bad_json"),
    "NaN": (b'{"a": NaN}', "bad_json_number"),
    "Infinity": (b"[-Infinity]", "bad_json_number"),
    "an overflow": (b"[1e999]", "bad_json_number"),
    "a key twice": (b'{"a": 1, "a": 1}', "bad_json_key"),
    "a key twice, spelt otherwise": (rb'{"a": 1, "\u0061": 2}', "bad_json_key"),
    "a key twice, deep down": (b'[{"x": {"a": 1, "a": 2}}]', "bad_json_key"),
    "arrays too deep": (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "bad_json_depth"),
    "objects too deep": (b'{"a":' * 65 + b"1" + b"}" * 65, "bad_json_depth"),
    "unbounded depth": (b"[" * 900_000, "bad_json_depth"),
    "a string of quotes without an end": (b'"' + rb"\"" * 400_000, "bad_json"),
    "a string of backslashes without an end": (b'"' + b"\\" * 900_001, "bad_json"),
    "too large": (b'"' + b"x" * LARGEST_BYTES + b'"', "body_too_large"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_ambiguous_or_harmful_is_refused(name: str) -> None:
    body, code = BAD[name]
    with pytest.raises(Refused) as refused:
        refuse_if_bad(body)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "body",
    [
        rb'"\ud83d\ude00"',
        rb'"a backslash and u0000: \\u0000"',
        rb'"\\ud83d"',
        b'{"a": {"a": 1}, "b": "{[{[" }',
        b"[" * DEEPEST + b"]" * DEEPEST,
        b'"' + b"[" * 1000 + b'"',
        b"1e308",
    ],
)
def test_what_is_unusual_but_clear_is_read(body: bytes) -> None:
    assert strict_json(body) == json.loads(body)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    LEAVES.filter(lambda leaf: leaf not in (float("inf"), float("-inf"))),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.booleans())
def test_everything_json_can_say_is_read_as_it_was_meant(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    if "\x00" in json.dumps(value, ensure_ascii=False).replace(r"\u0000", "\x00"):
        return
    assert strict_json(text.encode("utf-8", "replace")) == json.loads(text)


@given(
    st.binary(max_size=200) | st.text(alphabet='{}[]",:\\u0dD89e.+-', max_size=80).map(str.encode)
)
def test_whatever_comes_is_read_or_refused_and_nothing_else(body: bytes) -> None:
    with suppress(Refused):
        json.dumps(strict_json(body), allow_nan=False, ensure_ascii=False).encode()
