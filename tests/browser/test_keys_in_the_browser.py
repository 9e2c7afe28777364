"""Single keys that somebody has their own way: they work, every hint says so, and the old ones rest."""

import re
from collections.abc import Generator

import pytest
from barriers import TWO_LOOKS, barriers
from browsing import Served, Visit
from playwright.sync_api import Page, expect

from tocsin.features.people import commands as people


@pytest.fixture
def account(served: Served, visit: Visit) -> Generator[Page]:
    yield visit(served, "/account")
    people.choose_keys(served.work("Rex"), {})


def use(page: Page, **keys: str) -> None:
    for what, key in keys.items():
        page.get_by_label(what.replace("_", " "), exact=True).fill(key)
    page.get_by_role("button", name="Use these keys").click()


def test_a_changed_key_works_and_the_one_before_does_nothing(served: Served, account: Page) -> None:
    use(account, Next_row_or_entry="y", Declare_an_incident="w")
    expect(account.get_by_label("Next row or entry")).to_have_value("Y")
    account.goto(f"{served.url}/incidents")
    first = account.locator("[data-row] a.title").first
    account.keyboard.press("j")
    expect(first).not_to_be_focused()
    account.keyboard.press("y")
    expect(first).to_be_focused()
    account.keyboard.press("c")
    expect(account).to_have_url(f"{served.url}/incidents")
    account.keyboard.press("w")
    expect(account).to_have_url(f"{served.url}/declare")


def test_every_hint_follows(served: Served, account: Page) -> None:
    use(account, Acknowledge="w", Select_the_row="q", **{"Go to a place, with a second key": "h"})
    account.goto(f"{served.url}/incidents/{served.incidents['new']}")
    button = account.get_by_role("button", name="Acknowledge").first
    assert button.get_attribute("aria-keyshortcuts") == "W"
    expect(button.locator("kbd")).to_have_text("W")
    account.keyboard.press("?")
    terms = [term.strip() for term in account.locator("#keys dt").all_inner_texts()]
    assert "W" in terms
    assert "H I" in terms
    assert not {"A", "G I"} & set(terms)
    account.keyboard.press("Escape")
    account.keyboard.press("h")
    account.keyboard.press("i")
    expect(account).to_have_url(f"{served.url}/incidents")
    expect(account.get_by_text("Q select")).to_be_visible()
    account.locator("[data-row] a.title").first.focus()
    account.keyboard.press("q")
    expect(account.locator("[data-row] input[name=row]").first).to_be_checked()


def test_a_key_that_is_taken_is_refused_in_place(account: Page) -> None:
    use(account, Next_row_or_entry="c")
    refusal = account.get_by_role("alert")
    expect(refusal).to_contain_text("C cannot be two things: Declare an incident and Next row")
    expect(account.get_by_label("Next row or entry")).to_have_value("c")
    assert barriers(account) == []
    use(account, Next_row_or_entry="y")
    expect(refusal).to_have_count(0)
    account.get_by_role("button", name="As shipped").click()
    expect(account.get_by_label("Next row or entry")).to_have_value("J")


@TWO_LOOKS
def test_the_keys_of_the_account_can_be_read_by_everybody(
    served: Served, visit: Visit, theme: str, width: int
) -> None:
    people.choose_keys(served.work("Olga"), {"J": '"', "?": "<"})
    page = visit(served, "/account", who="Olga", theme=theme, width=width)
    expect(page.get_by_label(re.compile("Next row"))).to_have_value('"')
    assert barriers(page) == []
    people.choose_keys(served.work("Olga"), {})
