"""The list of incidents in a real browser: selected and acted on by keyboard, saved, exported."""

import re

import pytest
from barriers import TWO_LOOKS, barriers
from browsing import Served, Visit
from playwright.sync_api import expect

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import BulkWish, ViewWish
from tocsin.features.incidents.terms import BulkDeed, ViewAudience


def several(served: Served, word: str) -> list[str]:
    return [served.declare(f"{word} {number}") for number in range(4)]


@TWO_LOOKS
def test_every_page_of_lists_is_for_everybody(
    served: Served, visit: Visit, width: int, theme: str
) -> None:
    ada, rows = served.work("Ada"), several(served, f"Stock {width} {theme}")
    wish = BulkWish(deed=BulkDeed.TAG, references=tuple(rows), tag="vendor")
    done = commands.carry_out(ada, wish)
    commands.save_view(ada, ViewWish(name=f"Vendor {width} {theme}", query="tag=vendor"))
    over = served.incidents["over"]
    for place in (
        "/incidents?tag=vendor&group=team&density=compact&columns=commander,updated",
        "/incidents/views?tag=vendor",
        f"/incidents/bulk?row={rows[0]}&row={over}&deed=close&actionability=real",
        f"/incidents/bulk?row={rows[0]}&deed=tag",
        f"/incidents/bulk/{done}",
        f"/incidents/{rows[0]}",
    ):
        page = visit(served, place, who="Ada", width=width, theme=theme)
        assert barriers(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place


@pytest.mark.parametrize("dialog", ["more", "columns", "export"])
def test_what_opens_over_the_list_is_for_everybody(
    served: Served, visit: Visit, dialog: str
) -> None:
    page = visit(served, "/incidents", who="Ada")
    page.locator(f"[popovertarget={dialog}]").first.click()
    expect(page.locator(f"#{dialog}")).to_be_visible()
    assert barriers(page) == []


def test_rows_are_selected_and_tagged_and_untagged_by_keyboard_alone(
    served: Served, visit: Visit
) -> None:
    rows = several(served, "Keyboard")
    page = visit(served, "/incidents?text=keyboard")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    expect(page.locator("#selected")).to_have_text("3 selected")
    page.keyboard.press("x")
    page.locator("#bulk").get_by_role("button", name="Tag").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Tag").fill("by-key")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("It gets the tag by-key.")
    page.get_by_role("button", name="Tag: 2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tagged: 2 of 2")
    page.goto(f"{served.url}/incidents?tag=by-key")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.go_back()
    page.keyboard.press("z")
    expect(page.locator("main")).to_contain_text("Undone.")
    page.goto(f"{served.url}/incidents?tag=by-key")
    expect(page.locator("main")).to_contain_text("No incident matches")
    assert len(rows) == 4


def test_escape_lets_go_and_all_are_selected_at_once(served: Served, visit: Visit) -> None:
    several(served, "Whole")
    page = visit(served, "/incidents?text=whole")
    page.get_by_label("Select all rows").check()
    expect(page.locator("#selected")).to_have_text("4 selected")
    page.keyboard.press("Escape")
    expect(page.locator("#selected")).to_have_text("With the selected")
    expect(page.get_by_label("Select all rows")).not_to_be_checked()


def test_what_is_selected_stays_selected_while_rows_come(served: Served, visit: Visit) -> None:
    rows = several(served, "Staying")
    page = visit(served, "/incidents?text=staying")
    expect(page.locator("#live")).to_contain_text("Live")
    page.get_by_label(f"Select {rows[1]}", exact=True).check()
    served.declare("Staying too")
    expect(page.locator(".fresh")).to_be_visible()
    page.keyboard.press(".")
    expect(page.locator("[data-row]")).to_have_count(5)
    expect(page.get_by_label(f"Select {rows[1]}", exact=True)).to_be_checked()
    expect(page.locator("#selected")).to_have_text("1 selected")


def test_without_script_several_are_acknowledged_each_with_its_result(
    served: Served, visit: Visit
) -> None:
    rows = several(served, "Plain")
    page = visit(served, "/incidents?text=plain", script=False)
    for reference in rows[:2]:
        page.get_by_label(f"Select {reference}", exact=True).check()
    commands.acknowledge(served.work("Ada"), rows[0])
    commands.resolve(served.work("Ada"), rows[0])
    page.locator("#bulk").get_by_role("button", name="Acknowledge").click()
    expect(page.locator("main")).to_contain_text("This incident is resolved. Reopen it first.")
    expect(page.locator("main")).to_contain_text("This cannot be undone.")
    page.get_by_role("button", name="Acknowledge: 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Acknowledged: 1 of 2")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("Acknowledged")
    assert page.get_by_role("button", name="Undo").count() == 0


def test_somebody_who_may_only_look_has_no_boxes(served: Served, visit: Visit) -> None:
    page = visit(served, "/incidents", who="Olga")
    assert page.locator("[data-row]").count()
    assert page.locator("input[name=row], #bulk").count() == 0


def test_a_list_is_cut_saved_found_again_and_deleted_without_script(
    served: Served, visit: Visit
) -> None:
    served.declare("Queue of mine is long", severity=1)
    page = visit(served, "/incidents?text=queue+of+mine", script=False)
    page.get_by_role("link", name="Save this view").click()
    page.get_by_label("Name", exact=True).fill("Queues")
    page.get_by_role("button", name="Save the view").click()
    tab = page.locator("#views").get_by_role("link", name="Queues")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(tab.locator(".n")).to_have_text("1")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Remove filter: Words").click()
    expect(page).to_have_url(re.compile(r"/incidents$"))
    page.goto(f"{served.url}/incidents/views")
    page.get_by_role("button", name="Delete Queues").click()
    expect(page.get_by_role("button", name="Delete Queues")).to_have_count(0)


def test_a_shared_view_counts_for_each_what_they_may_see(served: Served, visit: Visit) -> None:
    wish = ViewWish(name="Privileged", query="text=privileged", audience=ViewAudience.EVERYBODY)
    commands.save_view(served.work("Ada"), wish)
    for who, number in (("Ada", "1"), ("Olga", "0")):
        page = visit(served, "/incidents", who=who)
        tab = page.locator("#views").get_by_role("link", name="Privileged")
        expect(tab.locator(".n")).to_have_text(number)


def test_the_list_is_taken_away_as_a_file(served: Served, visit: Visit) -> None:
    served.declare("=cmd|' /C calc'!A0", severity=1)
    page = visit(served, "/incidents?text=calc")
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as downloading:
        page.locator("#export").get_by_role("button", name="CSV").click()
    file = downloading.value
    assert re.fullmatch(r"incidents-\d{8}T\d{4}\.csv", file.suggested_filename)
    text = file.path().read_text()
    assert "\"'=cmd|' /C calc'!A0\"" in text
    assert '"# viewer","Rex"' in text
