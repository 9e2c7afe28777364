"""Hostile words in a real browser: nothing of them runs, and nothing is asked of anybody else."""

import re
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.request import Request, urlopen

import pytest
from browsing import Served, Visit, listening
from hostile import ATTACKS, AWAY, PWN, SEED, is_text, words
from playwright.sync_api import Dialog, Page, Route, expect
from taking import bodied, source

from tocsin.access.policy import Role
from tocsin.features.alerts.rows.occurrences import firing
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Situated, tasks
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.rules.titles import LONGEST_TITLE
from tocsin.features.incidents.terms import ChangeRole, NoteKind
from tocsin.features.people import commands as people
from tocsin.foundation.one_line import is_seen, one_line
from tocsin.ledger.words import Text
from tocsin.runtime.opening import host_work

SOON = 30_000
WATCH = """
  window.__seen = [];
  const keep = event => window.__seen.push(`${event.violatedDirective} ${event.blockedURI}`);
  document.addEventListener('securitypolicyviolation', keep);
  for (const name of ['alert', 'confirm', 'prompt', 'open']) {
    window[name] = () => window.__seen.push(name);
  }
"""
HANDLERS = """
  [...document.querySelectorAll('*')].flatMap(element =>
    element.getAttributeNames().filter(name => name.startsWith('on')))
"""
LED_TO = """
  [...document.querySelectorAll('[href], [action], [formaction], [src], [data], [srcset]')]
    .flatMap(one => ['href', 'action', 'formaction', 'src', 'data', 'srcset'].flatMap(name =>
      one.hasAttribute(name) ? [new URL(one.getAttribute(name), document.baseURI).protocol] : []))
"""
FOREIGN = (
    "x-pwned, [data-pwned], iframe, object, embed, base, math, plaintext, video, meta[http-equiv]"
)
IMAGE = f"<img src=https://{AWAY}/pixel.png>"
NAMES = (
    f"<img src=x onerror={PWN}>",
    f'"><svg onload={PWN}>',
    "</script><script>alert(1)</script>",
)


def markup() -> list[str]:
    """Everything that aims at a browser, and a sample of the mixtures."""
    kinds = ("script", "element", "attribute", "svg", "math", "address", "markdown", "template",
             "json")  # fmt: skip
    plain = [text for kind in kinds for text in ATTACKS[kind]]
    mixed = [text for text in words(10_000) if is_text(text) and len(text) < 2_000 and text.strip()]
    return [*plain, *Random(SEED).sample(mixed, 60)]


@dataclass(frozen=True)
class Hostile:
    """An incident that says all of it, one of its titles, and an alert that does."""

    main: str
    title: str
    alert: str


@pytest.fixture(scope="module")
def hostile(served: Served) -> Hostile:
    """An incident for each title, one that says everything, alerts, and people with such names."""
    print(f"seed {SEED}")
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
    situated = Situated(happening=said[0], belief="\n".join(said[:100]), next_steps=said[10])
    commands.state_situation(rex, main, situated)
    for number, name in enumerate(NAMES):
        named(served, number, name)
    commands.appoint(rex, main, commander=named(served, len(NAMES), IMAGE))
    return Hostile(main, titles[0], fired(served, said))


def named(served: Served, number: int, name: str) -> str:
    """Somebody of this name."""
    email = f"hostile-{number}@example.com"
    host = host_work(served.ledger)
    return people.add_person(
        host, email=email, name=name, role=Role.RESPONDER, password="heron lantern orbit 47"
    )


def fired(served: Served, said: list[str]) -> str:
    """An alert for each, in pages and groups; answers the id of one."""
    alerts = [alert_of(text, number) for number, text in enumerate(said)]
    headers = {"authorization": f"Bearer {source(served.ledger)}"}
    for at in range(0, len(alerts), 50):
        sent = Request(f"{served.url}/api/v2/alerts", bodied(*alerts[at : at + 50]), headers)
        with urlopen(sent, timeout=30) as answer:
            assert answer.status == 200
    with served.ledger.read() as rows:
        return next(one.id for one in firing(rows) if one.annotations["summary"] == said[0])


def alert_of(text: str, number: int) -> dict[str, Any]:
    labels = {"alertname": text, "service": text, "severity": text, "n": str(number)}
    notes = {"summary": text, "runbook_url": text}
    return {"labels": labels, "annotations": notes, "generatorURL": text}


@pytest.mark.parametrize("width", [1440, pytest.param(390, marks=pytest.mark.soak)])
@pytest.mark.parametrize(
    "path",
    [
        "/incidents", "/incidents/{main}", "/incidents/{main}?show=notes", "/incidents/{main}/paper",
        "/incidents/{main}?correct=2", "/page/{main}", "/search?q=pwned", "/search?q=script",
        "/incidents?text=pwned", "/alerts", "/alerts?view=every", "/alerts/{alert}",
        "/search?q=%22%3E%3Cimg%20src=x%20onerror=window.__pwned=1%3E",
        "/declare?title=%3Cscript%3Ewindow.__pwned=1",
    ],
)  # fmt: skip
def test_nothing_runs_and_nobody_else_is_asked(
    served: Served, visit: Visit, hostile: Hostile, path: str, width: int
) -> None:
    page = visit(served, "/healthz", width=width)
    elsewhere = watched(served, page)
    page.goto(served.url + path.format(main=hostile.main, alert=hostile.alert))
    assert "__pwned" in page.locator("main").inner_text(), "the words are there, as words"
    must_be_quiet(page, elsewhere)


def test_what_one_may_touch_runs_nothing_either(
    served: Served, visit: Visit, hostile: Hostile
) -> None:
    page = visit(served, "/healthz")
    elsewhere = watched(served, page)
    page.goto(f"{served.url}/incidents/{hostile.main}")
    listening(page)
    for nth in range(3):
        page.locator(".timeline .said > p").nth(nth).hover()
        page.locator(".timeline .said > p").nth(nth).click()
    for _ in range(40):
        page.keyboard.press("Tab")
    must_be_quiet(page, elsewhere)


def test_the_palette_shows_what_it_finds_as_words(
    served: Served, visit: Visit, hostile: Hostile
) -> None:
    page = visit(served, "/healthz")
    elsewhere = watched(served, page)
    page.goto(f"{served.url}/incidents/{hostile.main}")
    listening(page)
    for typed in ("script", "pwned", f"<img src=x onerror={PWN}>"):
        page.keyboard.press("Control+K")
        page.locator("#palette input").fill(typed)
        every = page.get_by_role("option", name=re.compile("All that is found"))
        expect(every).to_contain_text(typed)
        assert "__pwned" in page.locator("#cmds").inner_text()
        expect(page.locator("#cmds :is(img, script, iframe, svg *:not(use, path))")).to_have_count(
            0
        )
        page.keyboard.press("Escape")
        expect(page.locator("#palette")).to_be_hidden()
    must_be_quiet(page, elsewhere)


@pytest.mark.parametrize("script", [True, False])
def test_what_is_typed_is_shown_as_words(
    served: Served, visit: Visit, hostile: Hostile, script: bool
) -> None:
    assert hostile
    page = visit(served, "/healthz", script=script)
    elsewhere = watched(served, page)
    reference = served.declare("Pages are slow")
    page.goto(f"{served.url}/incidents/{reference}")
    texts = [*ATTACKS["element"][:4], *ATTACKS["svg"][:2]]
    for number, text in enumerate(texts, 1):
        page.get_by_label("Timeline entry").fill(text)
        page.locator("#write").get_by_role("button", name="Add").click()
        expect(page.locator(".timeline .said > p")).to_have_count(number)
        expect(page.locator(".timeline .said > p").first).to_have_text(text)
        expect(page.get_by_label("Timeline entry")).to_have_value("")
    must_be_quiet(page, elsewhere)


@pytest.mark.parametrize("script", [True, False])
def test_what_is_refused_is_shown_again_as_words(
    served: Served, visit: Visit, hostile: Hostile, script: bool
) -> None:
    assert hostile
    page = visit(served, "/healthz", script=script)
    elsewhere = watched(served, page)
    reference = served.declare("Pages are slow")
    page.goto(f"{served.url}/incidents/{reference}")
    text = f'</textarea><script>{PWN}</script>"><img src=https://{AWAY}/a.png onerror={PWN}>'
    page.locator("#write").get_by_role("radio", name="Decision").check()
    page.get_by_label("Timeline entry").fill(text)
    page.locator("#write").get_by_role("button", name="Add").click()
    expect(page.locator("#write")).to_contain_text("Say what had to be decided.")
    expect(page.get_by_label("Timeline entry")).to_have_value(text)
    expect(page.locator(".timeline .said")).to_have_count(0)
    must_be_quiet(page, elsewhere)


def test_what_others_write_meanwhile_comes_in_as_words(
    served: Served, visit: Visit, hostile: Hostile
) -> None:
    assert hostile
    page = visit(served, "/healthz")
    elsewhere = watched(served, page)
    reference = served.declare("Pages are slow")
    page.goto(f"{served.url}/incidents/{reference}")
    expect(page.locator("#live")).to_contain_text("Live", timeout=SOON)
    texts = [IMAGE, f"<script>{PWN}</script>", f"<img src=x onerror={PWN}>", f"<svg onload={PWN}>"]
    for text in texts:
        note = Noted(kind=NoteKind.FINDING, text=Text(text))
        commands.state(served.work("Ada"), reference, note)
    commands.state_situation(served.work("Ada"), reference, Situated(happening=texts[1]))
    expect(page.locator("#situation-card")).to_contain_text(texts[1], timeout=SOON)
    expect(page.locator(".fresh").first).to_be_visible()
    page.locator(".fresh").first.click()
    for text in texts:
        expect(page.locator(".timeline .said > p").get_by_text(text, exact=True)).to_be_visible()
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
    """Nothing ran, nothing wanted to, nobody else was asked, and no element is there but ours."""
    assert page.evaluate("window.__pwned") is None
    assert page.evaluate("window.__seen ?? []") == []
    assert elsewhere == []
    assert page.locator(FOREIGN).count() == 0
    assert page.evaluate(HANDLERS) == []
    assert {*page.evaluate(LED_TO)} <= {"http:", "https:"}
    assert page.locator(f"[src*='{AWAY}'], [srcset*='{AWAY}'], [style*='{AWAY}']").count() == 0
