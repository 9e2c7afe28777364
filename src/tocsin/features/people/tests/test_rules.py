"""Passwords, codes, waits and neighbourhoods, each by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from pyotp.totp import TOTP

from tocsin.features.people.rules import password, second_factor, throttle
from tocsin.features.people.rules.agent import spoken
from tocsin.foundation.refusal import Refused

NOW = datetime(2026, 11, 24, 3, 12, tzinfo=UTC)
KEY = bytes(32)


def hold_against_rules(typed: str) -> None:
    password.must_be_good(typed, email="ada.lovelace@example.org", name="Ada Lovelace")


@pytest.mark.parametrize(
    "typed",
    [
        "short words",
        "x" * 11 + "y" * 118,
        "password1234",
        "P4ssw0rd!2026",
        "qwertyuiop12",
        "passwordpassword",
        "correct horse battery staple",
        "aaaaaaaaaaaa",
        "abababababab",
        "012345678901",
        "Tocsin-2026-11",
        "ada.lovelace@example.org",
        "lovelace-2026",
        "Lovelace1815!",
    ],
)
def test_a_password_that_is_tried_first_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        hold_against_rules(typed)
    assert refused.value.code == "bad_password"


@pytest.mark.parametrize(
    "typed",
    [
        "drawbridge otter mango",
        "x7!qLr0v#Tn2",
        "sieben Äpfel im Schnee",
        "密码是一个很长的句子哦吧",
    ],
)
def test_a_long_password_is_accepted_whatever_it_is_made_of(typed: str) -> None:
    hold_against_rules(typed)


def test_a_password_is_right_however_its_letters_are_composed() -> None:
    kept = password.hashed("sieben Äpfel im Schnee")
    assert password.is_right(kept, "sieben A\u0308pfel im Schnee")
    assert not password.is_right(kept, "sieben Apfel im Schnee")


def test_a_surrogate_is_a_wrong_password_and_no_fault() -> None:
    assert not password.is_right(None, "\ud800 drawbridge otter")


@pytest.mark.usefixtures("at_full_price")
def test_the_stand_in_of_unknown_accounts_costs_what_a_password_costs_today() -> None:
    assert password.renewed(password.DUMMY, "seven apples in snow") is None
    assert not password.is_right(None, "")


def test_a_password_kept_in_an_older_way_is_kept_anew() -> None:
    older = PasswordHasher(memory_cost=8192, time_cost=1).hash("seven apples in snow")
    assert password.is_right(older, "seven apples in snow")
    renewed = password.renewed(older, "seven apples in snow")
    assert renewed is not None
    assert password.is_right(renewed, "seven apples in snow")
    assert password.renewed(renewed, "seven apples in snow") is None


def test_a_code_is_right_for_its_step_and_a_device_may_be_off_by_one() -> None:
    key = second_factor.new_key()
    step = int(NOW.timestamp()) // 30
    for drift in (-1, 0, 1):
        code = TOTP(key).generate_otp(step + drift)
        assert second_factor.step_of(key, code, NOW, 0) == step + drift
        assert second_factor.step_of(key, f"{code[:3]} {code[3:]}", NOW, 0) == step + drift


def test_a_code_of_a_step_that_was_used_or_of_one_before_is_not_right() -> None:
    key = second_factor.new_key()
    step = int(NOW.timestamp()) // 30
    assert second_factor.step_of(key, TOTP(key).generate_otp(step), NOW, step) is None
    assert second_factor.step_of(key, TOTP(key).generate_otp(step - 1), NOW, step) is None
    assert second_factor.step_of(key, "", NOW, 0) is None


@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=100))
def test_a_wait_never_shrinks_with_failures_and_never_exceeds_a_quarter_of_an_hour(
    failures: int, allowed: int
) -> None:
    here, next_ = throttle.wait(failures, allowed), throttle.wait(failures + 1, allowed)
    assert timedelta(0) <= here <= next_ <= timedelta(minutes=15)
    assert (here == timedelta(0)) == (failures < allowed)


def test_a_neighbourhood_is_what_one_customer_is_given() -> None:
    assert throttle.prefix("192.0.2.77") == "192.0.2.0/24"
    assert throttle.prefix("2001:db8:1:2::3") == "2001:db8:1::/48"
    assert throttle.prefix("testclient") == "unknown"


@given(st.text())
def test_any_text_is_counted_under_something(typed: str) -> None:
    assert throttle.account(typed, KEY).startswith("account:")
    assert throttle.prefix(typed)


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/143.0 Safari/537.36",
            "Chrome on Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("curl/8.5", "curl/8.5"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, said: str) -> None:
    assert spoken(agent) == said
