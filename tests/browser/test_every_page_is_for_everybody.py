"""Every page there is, over a whole company: for everybody, light and dark, large, small, very narrow."""

import gzip
from collections.abc import Iterator
from typing import Any, Final

import pytest
from barriers import EVERY_RULE, ON_COLOURS, barriers, switch
from browsing import Served, Visit
from demonstrations import Company, let_the_storm_come
from litestar import Litestar
from playwright.sync_api import Page
from playwright.sync_api import Response as Answer

from tocsin.features.alerts.rows.tables import ALERTS
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import BulkWish
from tocsin.features.incidents.terms import BulkDeed
from tocsin.runtime.app import make_app
from tocsin.runtime.opening import host_work
from tocsin.runtime.settings import Settings

WHO: Final = "Administrator"
ONE: Final = "/incidents/{reference:str}"
FILE: Final = f"{ONE}/evidence/{{attachment:str}}"

NO_PAGES: Final = {
    "/healthz": "a word for a load balancer",
    "/readyz": "a word for a load balancer",
    "/metrics": "figures for a Prometheus",
    "/stream": "a stream of events",
    "/search/found": "JSON for the palette",
    "/static/{version:str}/{name:path}": "style, script and fonts",
    f"{FILE}/file": "the bytes of a file",
    f"{ONE}/paper.pdf": "a document to take away",
}
"""What is asked for by GET and is no page, each with what it is."""

PAGES: Final = {
    "/": ("/",),
    "/account": ("/account",),
    "/account/mail": ("/account/mail",),
    "/account/messages": ("/account/messages",),
    "/alerts": ("/alerts", "/alerts?view=every"),
    "/alerts/rules": ("/alerts/rules",),
    "/alerts/{alert:str}": ("/alerts/{alert}",),
    "/declare": (
        "/declare?title=card+payments+failing&service=auth-gateway",
        "/declare?mode=training",
    ),
    "/incidents": (
        "/incidents",
        "/incidents?view=over",
        "/incidents?view=training",
        "/incidents?group=team&density=compact",
        "/incidents?text=nothing+like+it",
    ),
    "/incidents/bulk": ("/incidents/bulk?deed=acknowledge&row={new}&row={grave}",),
    "/incidents/bulk/{bulk:str}": ("/incidents/bulk/{bulk}",),
    "/incidents/views": ("/incidents/views?text=card",),
    ONE: (
        "/incidents/{grave}",
        "/incidents/{grave}?show=decisions",
        "/incidents/{grave}?at=30",
        "/incidents/{storm}",
        "/incidents/{new}",
        "/incidents/{closed}",
        "/incidents/{training}",
        "/incidents/{retrospective}",
        "/incidents/{restricted}",
        "/incidents/INC-2026-9999",
    ),
    f"{ONE}/alerts": ("/incidents/{storm}/alerts", "/incidents/{new}/alerts"),
    FILE: tuple(f"/incidents/{{grave}}/evidence/{{{kind}}}" for kind in ("image", "text", "table")),
    f"{ONE}/mail": ("/incidents/{grave}/mail",),
    f"{ONE}/paper": ("/incidents/{grave}/paper", "/incidents/{training}/paper"),
    f"{ONE}/told": ("/incidents/{grave}/told",),
    "/messages/off/{token:str}": ("/messages/off/cut",),
    "/page/{reference:str}": ("/page/{new}", "/page/{grave}"),
    "/search": ("/search", "/search?q=connection", "/search?q=nothinglikeit", "/search?q=sev:9"),
    "/settings/severities": ("/settings/severities",),
    "/settings/templates": ("/settings/templates", "/settings/templates?edit=card-payments"),
    "/sign-in": ("/sign-in",),
    "nowhere": ("/nothing/like/it",),
    "/tasks": ("/tasks", "/tasks?view=everybody", "/tasks?view=done"),
}
"""Addresses of every page by its route; what stands in braces is looked up in the company."""

Looks = dict[int, dict[str, tuple[str, ...]]]
LOOKS: Final[Looks] = {
    1440: {"light": EVERY_RULE, "dark": ON_COLOURS},
    390: {"dark": EVERY_RULE, "light": ON_COLOURS},
    320: {},
}
"""Which rules are asked at which width in which theme."""

IN_LIGHT: Final[Looks] = {1440: {"light": EVERY_RULE}, 390: {"light": EVERY_RULE}, 320: {}}

COLOURS: Final = """() => {
  const seen = {};
  for (const each of document.querySelectorAll('body, body *')) {
    const { color, backgroundColor, borderTopColor, fill } = getComputedStyle(each);
    const worn = [color, backgroundColor, borderTopColor, fill].join();
    seen[`${each.tagName}.${each.getAttribute('class')}`] = worn;
  }
  return seen;
}"""


@pytest.fixture(scope="module")
def known(company: Company) -> dict[str, str]:
    """What stands in braces: incidents, an alert, files, and a deed on many."""
    storm = let_the_storm_come(company)
    host = host_work(company.ledger)
    with company.ledger.read() as rows:
        alert = rows.scalar(ALERTS.select().with_only_columns(ALERTS.c.id).limit(1))
    files = commands.one(host, company.incidents["grave"]).incident.evidence
    of_kind = {"image": "image/", "text": "text/plain", "table": "text/csv"}
    found = {
        name: next(file.id for file in files if file.media_type.startswith(begins))
        for name, begins in of_kind.items()
    }
    tagged = BulkWish(
        deed=BulkDeed.TAG, references=(company.incidents["new"], storm), tag="looked-at"
    )
    bulk = commands.carry_out(company.work(WHO), tagged)
    return {**company.incidents, **found, "storm": storm, "alert": str(alert), "bulk": bulk}


def routes(company: Company) -> Iterator[str]:
    """What is asked for by GET, apart from the API and the doors of monitors."""
    pages: Litestar = make_app(company.ledger, Settings())._pages  # type: ignore[assignment]
    for route in pages.routes:
        is_asked_for = "GET" in getattr(route, "methods", ())
        if is_asked_for and not route.path.startswith(("/api/", "/-/")):
            yield route.path


def test_every_page_is_looked_at(company: Company) -> None:
    assert set(routes(company)) == (PAGES.keys() - {"nowhere"}) | NO_PAGES.keys()


def overhang(page: Page) -> int:
    """By how many pixels the page can be scrolled sideways."""
    wide: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def looked_at(page: Page, address: str, looks: Looks = LOOKS) -> list[Any]:
    """What is wrong with a page as it stands: large, small, and very narrow."""
    wrong: list[Any] = []
    for width, themes in looks.items():
        page.set_viewport_size({"width": width, "height": 900})
        if sideways := overhang(page):
            wrong.append((address, width, f"{sideways} px too wide"))
        for theme, rules in themes.items():
            switch(page, theme)
            wrong += [(address, width, theme, barrier) for barrier in barriers(page, rules)]
    return wrong


@pytest.mark.timeout(600)
@pytest.mark.parametrize("route", PAGES)
def test_a_page_is_for_everybody(
    company: Company, visit: Visit, known: dict[str, str], route: str
) -> None:
    page, wrong = visit(company, "/healthz", who=WHO), []
    if route == "/sign-in":
        page.context.clear_cookies(name="tocsin")
    for address in PAGES[route]:
        answer = page.goto(company.url + address.format(**known))
        assert answer is not None
        assert len(gzip.compress(answer.body())) < 60_000, f"{address} is too large"
        wrong += looked_at(page, address)
    assert wrong == []


def colours(page: Page) -> dict[str, str]:
    """All colours of a page by what wears them."""
    worn: dict[str, str] = page.evaluate(COLOURS)
    return worn


@pytest.mark.parametrize("address", ["/", "/page/{new}", "/incidents/{grave}/paper"])
def test_a_page_that_is_switched_looks_as_one_that_is_served(
    company: Company, visit: Visit, known: dict[str, str], address: str
) -> None:
    path = address.format(**known)
    light, dark = (visit(company, path, who=WHO, theme=theme) for theme in ("light", "dark"))
    assert barriers(dark) == []
    served = {"light": colours(light), "dark": colours(dark)}
    assert served["light"] != served["dark"]
    for page, theme in ((light, "dark"), (dark, "light")):
        switch(page, theme)
        assert colours(page) == served[theme]


def test_style_and_script_of_a_page_are_small(company: Company, visit: Visit) -> None:
    page, answers = visit(company, "/healthz", who=WHO), list[Answer]()

    def keep(answer: Answer) -> None:
        answers.append(answer)

    page.on("response", keep)
    page.goto(company.url + "/declare")
    page.wait_for_function("document.documentElement.dataset.script === 'on'")
    sizes = {"stylesheet": 0, "script": 0}
    for answer in answers:
        if (kind := answer.request.resource_type) in sizes:
            sizes[kind] += len(gzip.compress(answer.body()))
    assert 0 < sizes["stylesheet"] < 18_000, sizes
    assert 0 < sizes["script"] < 40_000, sizes


def test_the_first_day_is_for_everybody(fresh: Served, visit: Visit) -> None:
    page, wrong = visit(fresh, "/", who="Ada"), []
    for address in (
        "/incidents",
        "/alerts",
        "/tasks",
        "/search?q=x",
        "/settings/templates",
        "/account",
    ):
        page.goto(fresh.url + address)
        wrong += looked_at(page, address)
    assert wrong == []


@pytest.mark.parametrize("who", ["Executive observer", "Internal auditor", "Payments on-call"])
def test_what_others_are_shown_is_for_everybody(
    company: Company, visit: Visit, known: dict[str, str], who: str
) -> None:
    page, wrong = visit(company, "/account", who=who), []
    for address in (
        "/account",
        "/incidents",
        "/incidents/{grave}",
        "/alerts",
        "/tasks",
        "/incidents/{restricted}",
    ):
        page.goto(company.url + address.format(**known))
        wrong += looked_at(page, address, IN_LIGHT)
    assert wrong == []
