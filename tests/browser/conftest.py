"""A running Tocsin, and a browser in front of it."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from browsing import ARGUMENTS, CHROMIUM, Served, Visit, serving
from demonstrations import Company, demonstrated
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

PATIENCE = 30_000
"""Milliseconds until what was promised is missing: these tests promise what a page says, not how fast."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """A Tocsin with people and incidents."""
    with serving(tmp_path_factory.mktemp("served"), populated=True) as running:
        yield running


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """A Tocsin on its first day."""
    with serving(tmp_path_factory.mktemp("fresh"), populated=False) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Generator[Browser]:
    """Debian's Chromium, kept from talking to anybody but us.

    Its driver keeps an event loop in this thread, so it does not outlive the tests that look at pages.
    """
    if not Path(CHROMIUM).exists():
        pytest.skip("missing: Chromium (apt-get install chromium-headless-shell)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser) -> Generator[Visit]:
    """Opens a page as somebody; whatever the page's script or policy complains of fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def go(
        served: Served,
        path: str,
        *,
        who: str = "Rex",
        width: int = 1440,
        theme: str = "light",
        script: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        contexts.append(context)
        named = {"tocsin": served.cookie(who), "tocsin_theme": theme}
        for name, value in named.items():
            context.add_cookies([{"name": name, "value": value, "url": served.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(served.url + path)
        return page

    yield go
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demonstration, made once; nobody runs on it."""
    folder = tmp_path_factory.mktemp("made") / "company"
    with demonstrated(folder):
        return folder


@pytest.fixture(scope="module")
def company(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Company]:
    """A running demonstration of one's own, before its storm."""
    folder = tmp_path_factory.mktemp("company") / "company"
    shutil.copytree(made, folder)
    with demonstrated(folder) as served:
        yield served
