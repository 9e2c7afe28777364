"""An incident from its declaration to its end by keyboard alone, with text twice as large.

Where one is, is read from the accessibility tree only: no pointer, and nothing is found by its markup.
"""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from browsing import Visit
from by_keyboard import NOWHERE, Hands
from demonstrations import Company
from processes import until

FIRST, SECOND = "Payments on-call", "Payments second line"
TITLE: Final = "Wallet payments refused in Ireland"

AT_MOST: Final = {
    "declare": 5,
    "acknowledge": 1,
    "note": 2,
    "decide": 6,
    "attach": 6,
    "take command": 2,
    "hand over": 4,
    "accept": 6,
    "resolve": 3,
}
"""How many keys each deed may take, beside the letters of what is written."""


@pytest.fixture
def took() -> dict[str, int]:
    """How many keys each deed took."""
    return {}


def hands(visit: Visit, company: Company, who: str) -> Hands:
    """Somebody in front of the list of incidents, with large text."""
    found = Hands(visit(company, "/incidents", who=who))
    found.page.reload()
    assert found.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    return found


@contextmanager
def deed(of: Hands, name: str, took: dict[str, int]) -> Generator[None]:
    """Count what a deed takes, and see that it leaves the focus somewhere."""
    before = of.pressed
    yield
    of.is_somewhere()
    took[name] = of.pressed - before
    assert took[name] <= AT_MOST[name], took


@pytest.mark.timeout(400)
def test_an_incident_is_led_from_its_declaration_to_its_end_by_keyboard_alone(
    company: Company, visit: Visit, tmp_path: Path, took: dict[str, int]
) -> None:
    one = hands(visit, company, FIRST)
    declare(one, took)
    place = one.page.url
    with deed(one, "acknowledge", took):
        one.press("a")
        one.hears("Advance to Mitigated", "button")
    write(one, took)
    attach(one, took, tmp_path)
    hand_over(one, took)
    other = hands(visit, company, SECOND)
    accept(other, took)
    assert other.page.url.partition("#")[0] == place.partition("#")[0]
    one.hears(f"{SECOND}")
    with deed(other, "resolve", took):
        run(other, "Resolve at once")
        other.comes_to("textbox", "How it was resolved")
        other.write("The new key is in place")
        other.press("Control+Enter")
        other.hears("Advance to Closed", "button")
    assert took.keys() == AT_MOST.keys(), "nothing was left out"


def declare(one: Hands, took: dict[str, int]) -> None:
    with deed(one, "declare", took):
        one.press("c")
        one.comes_to("textbox", "What is going wrong?")
        one.write(TITLE)
        one.press("Tab")
        one.comes_to("radio", "Sev-1")
        one.press("Space", "ArrowDown")
        one.comes_to("radio", "Sev-2")
        one.press("Control+Enter")
        one.hears(TITLE, "heading")


def write(one: Hands, took: dict[str, int]) -> None:
    with deed(one, "note", took):
        one.press("n")
        one.comes_to("textbox", "Timeline entry")
        one.write(f"@{SECOND} please look at the keys of the wallet")
        one.press("Control+Enter")
        one.hears("please look at the keys")
        one.hears(f"Your note mentions {SECOND}")
    with deed(one, "decide", took):
        one.comes_to("textbox", "Timeline entry")
        one.write("Yes, with the key of last week")
        one.press("Tab")
        one.comes_to("radio", "Note")
        one.press("ArrowRight", "ArrowRight")
        one.comes_to("radio", "Decision")
        one.goes_to("textbox", "What had to be decided", "Shift+Tab", 3)
        one.write("Shall the old key be used again?")
        one.press("Control+Enter")
        one.hears("Shall the old key be used again?")


def attach(one: Hands, took: dict[str, int], folder: Path) -> None:
    (folder / "wallet.log").write_text("key 7 refused\n")
    with deed(one, "attach", took):
        run(one, "Attach a file")
        one.hears("Attach files", "heading")
        one.goes_to("button", "Files")
        one.press("Enter")
        until(lambda: one.page.title() and one.choosers, "no files are asked for")
        one.choosers.pop().set_files(folder / "wallet.log")
        one.press("Control+Enter")
        one.hears("wallet.log", "link")


def hand_over(one: Hands, took: dict[str, int]) -> None:
    with deed(one, "take command", took):
        run(one, "Take command")
        one.hears("Incident commander since")
    with deed(one, "hand over", took):
        one.press("r")
        one.comes_to("combobox", "Role")
        one.press("Tab")
        one.comes_to("combobox", "Who")
        one.write(SECOND)
        one.press("Tab")
        one.comes_to("textbox", "What is open")
        one.write("The old key holds until noon")
        one.press("Control+Enter")
        one.hears(f"offered to {SECOND}")


def accept(other: Hands, took: dict[str, int]) -> None:
    with deed(other, "accept", took):
        other.goes_to("link", TITLE, "j", 4)
        other.press("Enter")
        other.hears(f"{FIRST} asks you to be incident commander.")
        run(other, "Accept, Incident commander")
        other.hears("Incident commander since")


def run(one: Hands, command: str) -> None:
    """Run what the page can do by its name."""
    one.press("Control+K")
    one.comes_to("combobox", "Search incidents and commands")
    one.write(command)
    one.hears(command, "option")
    one.press("Enter")


@pytest.mark.timeout(400)
def test_no_stop_of_the_longest_page_holds_the_focus_or_hides_it(
    company: Company, visit: Visit
) -> None:
    one = hands(visit, company, FIRST)
    one.page.goto(f"{company.url}/incidents/{company.incidents['grave']}")
    stops: list[str] = []
    for _ in range(600):
        one.press("Tab")
        held = one.page.evaluate(STOP)
        if held is None:
            break
        one.sees_where()
        stops.append(held)
    assert held is None, "one comes out at the end"
    assert len(set(stops)) == len(stops) > 60, "every stop is another"
    one.press("Shift+Tab")
    assert one.where().role != NOWHERE, "and back in again"


STOP = """() => {
  const held = document.activeElement;
  if (!held || held === document.body) return null;
  window.stops ??= new Map();
  const times = window.stops.get(held) ?? 0;
  window.stops.set(held, times + 1);
  const name = [...document.querySelectorAll('*')].indexOf(held);
  return held.type === 'datetime-local' ? `${name}, part ${times}` : String(name);
}"""
