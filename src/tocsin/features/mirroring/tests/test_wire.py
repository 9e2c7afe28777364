"""What we ask of an Alertmanager, and what we read of it. The list is one that was recorded."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tocsin.features.mirroring.rules import wire
from tocsin.features.silences.terms import Matcher, Op

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ID = "01kb0000000000000000000000"


def test_a_silence_is_asked_for_exactly_one_label_set() -> None:
    labels = {"b": 'say "no"', "a": "x.*"}
    body = json.loads(
        wire.wished(labels, comment="c", starts_at=NOON, ends_at=NOON + timedelta(hours=4))
    )
    assert body["matchers"] == [
        {"name": "a", "value": "x.*", "isRegex": False, "isEqual": True},
        {"name": "b", "value": 'say "no"', "isRegex": False, "isEqual": True},
    ]
    assert (body["endsAt"], body["createdBy"]) == ("2026-11-24T16:00:00Z", "Tocsin")
    assert "id" not in body


def test_a_comment_names_the_incident_unless_it_may_not_and_bears_our_mark() -> None:
    assert "INC-2026-0003" in wire.comment(ID, "INC-2026-0003")
    assert "INC" not in wire.comment(ID, None)
    assert wire.marked(wire.comment(ID, None)) == ID
    assert wire.marked("maintenance window CHG-1") is None


def test_the_recorded_list_is_read(shared: Path) -> None:
    recorded = shared / "captures/alertmanager/api_v2_silences.json"
    (told,) = wire.told(recorded.read_bytes())
    assert (told.created_by, told.comment) == ("ops", "maintenance window CHG-1")
    assert not told.is_over
    assert told.matchers[1] == Matcher(name="service", op=Op.EQUAL, value="web")


@pytest.mark.parametrize("reply", [b"", b"{}", b"[1]", b'[{"id": 1}]', b"\xff"])
def test_what_is_no_list_of_silences_is_not_guessed_at(reply: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        wire.told(reply)
    assert wire.made(reply) is None


def test_the_id_of_a_new_silence_is_read() -> None:
    assert wire.made(b'{"silenceID":"x"}') == "x"
