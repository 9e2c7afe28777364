"""Hostile words in a real browser: nothing of them runs, and nothing is asked of anybody else."""

from random import Random

import pytest
from browsing import Served, Visit
from hostile import ATTACKS, SEED, is_text, words
from playwright.sync_api import Dialog, Page, Route, expect

from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Situated, tasks
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.rules.titles import LONGEST_TITLE
from tocsin.features.incidents.terms import ChangeRole, NoteKind
from tocsin.foundation.one_line import is_seen, one_line
from tocsin.ledger.words import Text

WATCH = """
  window.__seen = [];
  const keep = event => window.__seen.push(event.violatedDirective);
  document.addEventListener('securitypolicyviolation', keep);
  for (const name of ['alert', 'confirm', 'prompt', 'open']) {
    window[name] = () => window.__seen.push(name);
  }
"""


def markup() -> list[str]:
    """Everything that aims at a browser, and a sample of the mixtures."""
    kinds = (
        "script",
        "element",
        "attribute",
        "svg",
        "math",
        "address",
        "markdown",
        "template",
        "json",
    )
    plain = [text for kind in kinds for text in ATTACKS[kind]]
    mixed = [text for text in words(10_000) if is_text(text) and len(text) < 2_000 and text.strip()]
    return [*plain, *Random(SEED).sample(mixed, 200)]


@pytest.fixture(scope="module")
def main(served: Served) -> str:
    """An incident that says all of it, and one for each title."""
    rex, said = served.work("Rex"), markup()
    titles = [one for one in map(one_line, said) if is_seen(one) and len(one) <= LONGEST_TITLE]
    for title in titles[:60]:
        served.declare(title)
    main = served.declare(titles[0])
    for text in said:
        commands.state(rex, main, Noted(kind=NoteKind.NOTE, text=Text(text)))
    for text in titles[:40]:
        tasks.add_task(rex, main, title=text)
    for text in ATTACKS["address"]:
        if not any(sign.isspace() for sign in text):
            commands.mark_change(rex, main, change=text, role=ChangeRole.CAUSE, note=text)
    situated = Situated(happening=said[0], belief="\n".join(said), next_steps=said[10])
    commands.state_situation(rex, main, situated)
    return main


@pytest.mark.parametrize(
    "path",
    [
        "/incidents", "/incidents/{main}", "/incidents/{main}?show=notes", "/page/{main}", "/tasks",
        "/search?q=pwned", "/search?q=script", "/declare", "/incidents/bulk?deed=tag&row={main}",
    ],
)  # fmt: skip
def test_nothing_runs_and_nobody_else_is_asked(
    served: Served, visit: Visit, main: str, path: str
) -> None:
    page = visit(served, "/healthz")
    elsewhere = watched(served, page)
    page.goto(served.url + path.format(main=main))
    page.wait_for_load_state("load")
    must_be_quiet(page, elsewhere)
    for element in page.locator("[onmouseover], [onfocus], [onclick], [autofocus]").all():
        assert element.get_attribute("onclick") is None


def test_the_palette_shows_what_it_finds_as_words(served: Served, visit: Visit, main: str) -> None:
    page = visit(served, "/healthz")
    elsewhere = watched(served, page)
    page.goto(f"{served.url}/incidents/{main}")
    for typed in ("script", "pwned", "<img src=x onerror=window.__pwned=1>"):
        page.keyboard.press("Control+K")
        page.locator("#palette input").fill(typed)
        expect(page.locator("#cmds [role=option]").first).to_be_visible()
        expect(page.locator("#cmds img, #cmds script, #cmds iframe")).to_have_count(0)
        page.keyboard.press("Escape")
    must_be_quiet(page, elsewhere)


def test_what_is_typed_and_refused_is_shown_again_as_words(
    served: Served, visit: Visit, main: str
) -> None:
    page = visit(served, "/healthz")
    elsewhere = watched(served, page)
    page.goto(f"{served.url}/incidents/{main}#write")
    for text in ATTACKS["element"][:4]:
        page.locator("#text").fill(text)
        page.locator("#write button:has-text('Add')").first.click()
        expect(page.locator("#text")).to_have_value("")
    must_be_quiet(page, elsewhere)


def watched(served: Served, page: Page) -> list[str]:
    """What a page asks of others: it is not let out, and is told of."""
    elsewhere = list[str]()

    def stop(route: Route) -> None:
        elsewhere.append(route.request.url)
        route.abort()

    def shut(dialog: Dialog) -> None:
        elsewhere.append(dialog.message)
        dialog.dismiss()

    page.context.add_init_script(WATCH)
    page.context.route(lambda url: not url.startswith(served.url), stop)
    page.on("dialog", shut)
    return elsewhere


def must_be_quiet(page: Page, elsewhere: list[str]) -> None:
    assert page.evaluate("window.__pwned") is None
    assert page.evaluate("window.__seen") == []
    assert elsewhere == []
    assert page.locator("x-pwned, [data-pwned], iframe, object, embed, base").count() == 0
