"""Decisions about sources and alerts: given what is, when something is asked or said, then this."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.features.alerts import lifecycle
from tocsin.features.alerts.events import (
    SourceChanged,
    SourceCreated,
    SourceEvent,
    SourceKeyReplaced,
    SourceRetired,
)
from tocsin.features.alerts.evolution import evolve
from tocsin.features.alerts.port import Act, Signal
from tocsin.features.alerts.rules import received
from tocsin.features.alerts.rules.occurrence import content_of, decide
from tocsin.features.alerts.rules.received import Inclusion
from tocsin.features.alerts.state import Source
from tocsin.features.alerts.terms import SourceKind, What
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import By, Recorded

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def after(*events: SourceEvent) -> Source:
    source: Source | None = None
    for number, event in enumerate(events):
        recorded = Recorded(seq=number, at=NOON, by=By(id="ada", kind="person"))
        source = evolve(source, event, recorded)
    assert source is not None
    return source


CREATED = SourceCreated(name="prom", kind=SourceKind.PROMETHEUS, key_digest="d")


def refused(code: str) -> pytest.RaisesExc[Refused]:
    return pytest.RaisesExc(Refused, check=lambda refusal: refusal.code == code)


def test_a_source_has_a_name_and_an_address_that_can_be_called() -> None:
    def create(name: str, peer_url: str | None) -> list[SourceEvent]:
        return lifecycle.create(
            name=name, kind=SourceKind.GENERIC, key_digest="d", peer_url=peer_url
        )

    (created,) = create("  prom   eu ", "http://am:9093/ ")
    assert isinstance(created, SourceCreated)
    assert (created.name, created.peer_url) == ("prom eu", "http://am:9093")
    with refused("name_missing"):
        create("  ", None)
    with refused("bad_name"):
        create("x" * 101, None)
    for wrong in ("ftp://am", "http://", "am:9093", "http://me:secret@am", "http://[am"):
        with refused("bad_peer_url"):
            create("prom", wrong)


def test_a_retired_source_stays_retired() -> None:
    retired = after(CREATED, SourceRetired())
    assert retired.retired_at == NOON
    assert lifecycle.retire(retired) == []
    with refused("source_retired"):
        lifecycle.replace_key(retired, key_digest="e")
    with refused("source_retired"):
        lifecycle.change(retired, name="prom", peer_url=None, rate=1)


def test_what_changes_nothing_is_no_event() -> None:
    source = after(CREATED)
    same = lifecycle.change(source, name="prom", peer_url=None, rate=source.rate)
    assert same == []
    changed = lifecycle.change(source, name="prom", peer_url=None, rate=10)
    assert changed == [SourceChanged(name="prom", peer_url=None, rate=10)]
    assert after(CREATED, *changed, SourceKeyReplaced(key_digest="e")).key_digest == "e"
    with refused("bad_rate"):
        lifecycle.change(source, name="prom", peer_url=None, rate=0)


@pytest.mark.parametrize(
    ("act", "fires", "acknowledged", "same", "expected"),
    [
        (Act.FIRE, False, False, False, What.OPENED),
        (Act.FIRE, True, False, False, What.CHANGED),
        (Act.FIRE, True, True, True, None),
        (Act.ACKNOWLEDGE, True, False, False, What.ACKNOWLEDGED),
        (Act.ACKNOWLEDGE, True, True, False, None),
        (Act.ACKNOWLEDGE, False, False, False, None),
        (Act.RESOLVE, True, True, True, What.OVER),
        (Act.RESOLVE, False, False, False, None),
    ],
)
def test_what_a_signal_does_depends_on_what_fires(
    act: Act, fires: bool, acknowledged: bool, same: bool, expected: What | None
) -> None:
    decided = decide(act, fires=fires, is_acknowledged=acknowledged, says_the_same=same)
    assert decided is expected


def test_the_order_of_labels_and_the_times_are_no_part_of_what_is_said() -> None:
    one = Signal(key="k", title="t", act=Act.FIRE, starts_at=NOON, labels={"a": "1", "b": "2"})
    same = Signal(
        key="k", title="t", act=Act.FIRE, starts_at=NOON, ends_at=NOON, labels={"b": "2", "a": "1"}
    )
    other = Signal(key="k", title="t", act=Act.FIRE, starts_at=NOON, labels={"a": "12", "b": ""})
    assert content_of(one) == content_of(same) != content_of(other)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_every_body_leads_to_the_root_and_no_other_does(
    digests: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(digests) - 1))
    path = received.path(index, digests)
    proof = Inclusion(seq=0, index=index, count=len(digests), path=path)
    root = received.root(digests)
    assert received.leads_to(proof, digests[index]) == root
    assert received.leads_to(proof, bytes(31) + b"x") != root or digests[index] == bytes(31) + b"x"
