"""Addresses, quotations, secrets blacked out, mail that nobody wrote: each by its rule."""

import base64
import quopri

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.features.mail_in.rules import addresses, redacting
from tocsin.features.mail_in.rules.automatic import is_dead, why_dead
from tocsin.features.mail_in.rules.quoting import without_quotation
from tocsin.features.mail_in.rules.throttle import MOST_PEERS, MOST_WRONG, WrongAddresses
from tocsin.features.mail_in.terms import Purpose, WhyDead

SECRET = addresses.secret_of(bytes(range(30)))
KEY = bytes(32)


@given(st.binary(min_size=30, max_size=30), st.integers(1, 10**9 - 1), st.booleans())
def test_an_address_is_read_as_it_was_spelled_whatever_became_of_its_capitals(
    random: bytes, number: int, is_loud: bool
) -> None:
    declares = addresses.to_declare(addresses.secret_of(random), "in.example.org")
    reference = f"INC-2026-{number:04}"
    adds = addresses.to_incident(
        reference, addresses.derived_secret(KEY, str(number)), "in.example.org"
    )
    for spelled in (declares, adds):
        assert len(spelled.partition("@")[0]) <= addresses.LONGEST_LOCAL_PART
        called = addresses.read(spelled.upper() if is_loud else spelled, "In.example.org")
        assert called is not None
        assert called.secret in spelled
        assert called.reference == ("" if spelled == declares else reference)


@given(st.text(max_size=120))
@settings(max_examples=500)
def test_no_other_words_are_an_address(words: str) -> None:
    assert addresses.read(words, "in.example.org") is None
    assert addresses.read(f"{words}@in.example.org", "in.example.org") is None
    assert addresses.read(f"declare+{SECRET}@{words}", "in.example.org") is None


def test_no_mail_is_taken_without_a_domain() -> None:
    assert addresses.read(f"declare+{SECRET}@", "") is None


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("It is the pool.\n\nOn Tue, Ada wrote:\n> What?\n> Really?\n", "It is the pool."),
        ("Ja.\n\nAm Di. schrieb Ada\n<ada@example.com>:\n> Was?", "Ja."),
        ("Yes\n> inline\nand no", "Yes\n> inline\nand no"),
        ("> only a quotation", "> only a quotation"),
        ("He wrote:\nnothing at all", "He wrote:\nnothing at all"),
        ("a\n> b", "a"),
        ("a > b", "a > b"),
        ("", ""),
    ],
)
def test_only_a_quotation_at_the_end_is_left_out(written: str, left: str) -> None:
    assert without_quotation(written) == left


@given(st.text(st.sampled_from("ab>:\n wrote"), max_size=80))
@settings(max_examples=1000)
def test_what_is_left_is_a_beginning_of_what_was_written(written: str) -> None:
    left = without_quotation(written)
    assert written.startswith(left)
    assert bool(left.strip()) == bool(written.strip())


ADDRESS = f"declare+{SECRET}@in.example.org".encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"To: " + ADDRESS + b"\r\n",
        b"To: " + ADDRESS.upper() + b"\r\n",
        b"To: " + ADDRESS[:30] + b"\r\n " + ADDRESS[30:],
        quopri.encodestring(b"x" * 40 + ADDRESS),
        ADDRESS.replace(b"b", b"=62"),
        b"\r\n" + base64.encodebytes(b"Reply to " + ADDRESS + b" please") + b"\r\n--b",
        b"a bare " + SECRET.encode(),
        b"inc-2026-0412+" + SECRET[:32].encode() + b"@in.example.org, another of ours",
    ],
)
def test_a_secret_is_blacked_out_wherever_it_stands(raw: bytes) -> None:
    bare = redacting.mail(raw, SECRET)
    kept = bare.replace(b"=\r\n", b"").replace(b"\r\n ", b"").replace(b"=\n", b"")
    opened = quopri.decodestring(kept)
    for stretch in [kept, opened, *(_base64(part) for part in kept.split(b"\r\n"))]:
        assert SECRET[:32].encode() not in stretch.lower()
    assert bare != raw


def _base64(part: bytes) -> bytes:
    try:
        return base64.b64decode(part)
    except ValueError:
        return b""


@given(st.binary(max_size=400))
@settings(max_examples=500)
def test_what_holds_no_secret_is_kept_to_the_byte(raw: bytes) -> None:
    assert redacting.mail(raw, SECRET) == raw
    assert redacting.content(raw, SECRET) == raw
    assert redacting.mail(raw, "") == raw


@pytest.mark.parametrize(
    ("fields", "sender", "why"),
    [
        ({}, "bob@example.net", None),
        ({"auto-submitted": "no"}, "bob@example.net", None),
        ({"precedence": "first-class"}, "bob@example.net", None),
        ({}, "", WhyDead.BOUNCE),
        ({}, "<>", WhyDead.BOUNCE),
        ({"content-type": "multipart/report; boundary=x"}, "a@b.c", WhyDead.BOUNCE),
        ({"auto-submitted": "auto-replied"}, "a@b.c", WhyDead.AUTO_REPLY),
        ({"x-autoreply": "yes"}, "a@b.c", WhyDead.AUTO_REPLY),
        ({"auto-submitted": "Auto-Generated; x"}, "a@b.c", WhyDead.AUTOMATIC),
        ({"precedence": "Bulk"}, "a@b.c", WhyDead.BULK),
        ({"from": "Tocsin <TOCSIN@example.org>"}, "a@b.c", WhyDead.OWN_MAIL),
    ],
)
def test_mail_that_nobody_wrote_is_told_by_its_headers(
    fields: dict[str, str], sender: str, why: WhyDead | None
) -> None:
    assert why_dead(fields, sender, "tocsin@example.org") is why
    assert is_dead(why, Purpose.DECLARE) == (why is not None)


def test_a_monitors_mail_may_add_to_an_incident_and_a_reply_of_a_machine_may_not() -> None:
    taken = {why for why in WhyDead if not is_dead(why, Purpose.INCIDENT)}
    assert taken == {WhyDead.AUTOMATIC, WhyDead.BULK}


def test_wrong_addresses_are_counted_by_peer_for_a_minute() -> None:
    wrong = WrongAddresses()
    assert not any(wrong.is_too_many("a", 0.5 * nth) for nth in range(MOST_WRONG))
    assert wrong.is_too_many("a", 12)
    assert not wrong.is_too_many("b", 12)
    assert not wrong.is_too_many("a", 73)
    for peer in range(MOST_PEERS * 2):
        wrong.is_too_many(str(peer), 80)
    assert len(wrong._named) == MOST_PEERS
