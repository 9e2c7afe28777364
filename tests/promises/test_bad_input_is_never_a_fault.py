"""Whatever is sent: it is done or it is refused as the sender's mistake, and never a fault of ours."""

import gzip
import json
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from door import Client, client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.features.incidents.api.asked import Asked
from tocsin.foundation.clock import SimulatedClock
from tocsin.ledger import keys
from tocsin.ledger.ledger import found
from tocsin.storage.database import Database

INCIDENTS = "/api/v1/incidents"
JSON = {"content-type": "application/json"}
GOOD = b'{"title": "x"}'


@contextmanager
def door(url: str) -> Generator[Client]:
    database = Database(url)
    clock = SimulatedClock(datetime(2026, 11, 24, 3, 12, tzinfo=UTC))
    try:
        with client(found(database, keys.make(), clock, origin="test")) as ada:
            yield ada
    finally:
        database.close()


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Generator[Client]:
    folder: Path = tmp_path_factory.mktemp("door")
    with door(f"sqlite:///{folder}/tocsin.db") as made:
        yield made


@pytest.fixture(scope="module")
def both(ada: Client, postgresql: str) -> Generator[list[Client]]:
    with door(postgresql) as other:
        yield [ada, other]


REFUSED: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "no body": (400, b"", JSON),
    "cut off": (400, GOOD[:-3], JSON),
    "not JSON": (400, b"title=x", JSON),
    "a list": (400, b"[]", JSON),
    "null": (400, b"null", JSON),
    "a key twice": (400, b'{"title": "x", "title": "y"}', JSON),
    "NaN": (400, b'{"title": "x", "severity": NaN}', JSON),
    "an overflow": (400, b'{"title": "x", "severity": 1e999}', JSON),
    "a huge number": (400, b'{"title": "x", "severity": ' + b"9" * 400 + b"}", JSON),
    "half a surrogate pair": (400, rb'{"title": "\ud83d"}', JSON),
    "NUL": (400, rb'{"title": "a\u0000b"}', JSON),
    "invalid UTF-8": (400, b'{"title": "\xff"}', JSON),
    "65 levels": (400, b'{"title": ' + b"[" * 65 + b"]" * 65 + b"}", JSON),
    "a million levels": (400, b"[" * 999_000, JSON),
    "too large": (413, b'{"title": "' + b"x" * 1_000_000 + b'"}', JSON),
    "a form": (415, b"title=x", {"content-type": "application/x-www-form-urlencoded"}),
    "no content type": (415, GOOD, {"content-type": ""}),
    "Latin-1": (415, GOOD, {"content-type": "application/json; charset=latin-1"}),
    "an unknown encoding": (415, GOOD, JSON | {"content-encoding": "br"}),
    "two encodings": (415, GOOD, JSON | {"content-encoding": "gzip, gzip"}),
    "not gzip": (400, GOOD, JSON | {"content-encoding": "gzip"}),
    "gzip cut off": (400, gzip.compress(GOOD)[:-5], JSON | {"content-encoding": "gzip"}),
    "gzip and more": (400, gzip.compress(GOOD) * 2, JSON | {"content-encoding": "gzip"}),
    "a bomb": (413, gzip.compress(b"[" * 50_000_000, 9), JSON | {"content-encoding": "gzip"}),
    "a field unknown": (400, b'{"title": "x", "seq": 1}', JSON),
    "a field of us": (400, b'{"title": "x", "recorded_at": "2020-01-01T00:00:00Z"}', JSON),
    "a number as title": (400, b'{"title": 1}', JSON),
    "a truth as number": (400, b'{"title": "x", "severity": true}', JSON),
    "text as number": (400, b'{"title": "x", "severity": "1"}', JSON),
    "no such word": (400, b'{"title": "x", "mode": "x"}', JSON),
    "an instant without offset": (
        400,
        b'{"title": "x", "impact_began": "2026-11-24T03:00:00"}',
        JSON,
    ),
    "year 1": (400, b'{"title": "x", "impact_began": "0001-01-01T00:00:00+14:00"}', JSON),
    "year 9999": (400, b'{"title": "x", "impact_began": "9999-12-31T23:59:59-14:00"}', JSON),
    "tomorrow": (400, b'{"title": "x", "impact_began": "2026-11-25T03:00:00Z"}', JSON),
    "a second person": (400, b'{"title": "x", "restricted_to": ["nobody"]}', JSON),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_problem_and_nothing_is_kept(ada: Client, name: str) -> None:
    status, body, headers = REFUSED[name]
    before = ada.get(INCIDENTS).content
    answer = ada.post(INCIDENTS, content=body, headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (status, status), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert ada.get(INCIDENTS).content == before


def test_a_body_whose_length_is_not_said_is_cut_off_at_the_limit(ada: Client) -> None:
    def endless() -> Generator[bytes]:
        for _ in range(200):
            yield b" " * 10_000

    assert ada.post(INCIDENTS, content=endless(), headers=JSON).status_code == 413


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(GOOD)), ("deflate", zlib.compress(GOOD))],
    ids=["gzip", "deflate"],
)
def test_a_compressed_body_is_read(ada: Client, encoding: str, body: bytes) -> None:
    answer = ada.post(INCIDENTS, content=body, headers=JSON | {"content-encoding": encoding})
    assert answer.status_code == 201


def test_all_fields_that_are_wrong_are_named_at_once(ada: Client) -> None:
    said = {"title": 1, "severity": 9, "mode": "x", "more": 1, "alerts": [1]}
    errors = ada.post(INCIDENTS, json=said).json()["errors"]
    assert {error["field"] for error in errors} == {"title", "severity", "mode", "more", "alerts.0"}


WILD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(
        ["2026-11-24T03:00:00Z", "0001-01-01T00:00:00+14:00", "down", "note", "live"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    sorted({name for body in Asked.__subclasses__() for name in body.model_fields})
)
NOUNS = [
    *("acknowledgement", "mitigation", "resolution", "closure", "notes", "decisions", "anchors"),
    *("impact-facts", "impact-periods", "alerts", "commander", "severity", "restriction"),
]


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    body=st.dictionaries(FIELDS, WILD, max_size=6) | WILD,
    noun=st.sampled_from(NOUNS),
    method=st.sampled_from(["POST", "PUT", "DELETE"]),
)
def test_whatever_is_said_is_done_or_refused(
    both: list[Client], body: Any, noun: str, method: str
) -> None:
    for ada in both:
        found_ones = ada.get(INCIDENTS, params={"limit": 1}).json()["items"]
        if not found_ones:
            found_ones = [ada.post(INCIDENTS, json={"title": "x"}).json()]
        path = f"{INCIDENTS}/{found_ones[0]['reference']}/{noun}"
        answer = ada.request(method, path, content=json.dumps(body), headers=JSON)
        assert answer.status_code < 500, answer.text
        declared = ada.post(INCIDENTS, content=json.dumps(body), headers=JSON)
        assert declared.status_code < 500, declared.text


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(["cursor", "limit", "severity", "open", "q", "service", "commander", "x"]),
    value=st.text(max_size=30) | st.integers(-(2**70), 2**70).map(str),
    reference=st.text(max_size=20) | st.just("INC-2026-0001"),
)
def test_whatever_stands_in_an_address_is_answered(
    both: list[Client], name: str, value: str, reference: str
) -> None:
    for ada in both:
        for path in (INCIDENTS, f"{INCIDENTS}/{quote(reference, safe='')}/timeline"):
            answer = ada.get(path, params={name: value})
            assert answer.status_code < 500, answer.text
            tagged = {b"if-match": value.encode(), b"if-none-match": value.encode()}
            assert ada.get(path, headers=tagged).status_code < 500


@pytest.mark.parametrize("path", ["/api/v1/incidents?q=%00", "/api/v1/incidents/a%00b", "/%00"])
def test_a_nul_in_an_address_is_refused(both: list[Client], path: str) -> None:
    for ada in both:
        assert ada.get(path).status_code in {400, 404}
