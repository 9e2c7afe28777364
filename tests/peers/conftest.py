"""A running Tocsin, real monitors beside it, and a real browser in front of it."""

from collections.abc import Generator
from pathlib import Path

import pytest
from browsing import ARGUMENTS, CHROMIUM
from peers.peers import Exporter, Tocsin, exporter, must_be_here, tocsin
from playwright.sync_api import Page, expect, sync_playwright
from processes import EMAIL, PASSWORD

BROWSER_SECONDS = 60

expect.set_options(timeout=BROWSER_SECONDS * 1000)


@pytest.fixture
def here(tmp_path: Path) -> Generator[Tocsin]:
    """A Tocsin of this test's own."""
    folder = tmp_path / "tocsin"
    folder.mkdir()
    with tocsin(folder) as running:
        yield running


@pytest.fixture(scope="session")
def shared_here(tmp_path_factory: pytest.TempPathFactory) -> Generator[Tocsin]:
    """A Tocsin for tests that keep to services of their own: starting one takes seconds.

    Together they open more incidents a minute than the shipped rule lets pass without calling it a storm.
    """
    with tocsin(tmp_path_factory.mktemp("tocsin")) as running:
        running.rule(most_per_minute=60)
        yield running


@pytest.fixture
def service() -> Generator[Exporter]:
    """What Prometheus watches."""
    must_be_here()
    with exporter() as scraped:
        yield scraped


@pytest.fixture
def page(here: Tocsin) -> Generator[Page]:
    """The administrator's browser, signed in as people do it."""
    if not Path(CHROMIUM).exists():
        pytest.skip("missing: Chromium (apt-get install chromium-headless-shell)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        opened = browser.new_page()
        opened.set_default_timeout(BROWSER_SECONDS * 1000)
        opened.goto(f"{here.url}/sign-in")
        opened.get_by_label("E-mail address").fill(EMAIL)
        opened.get_by_label("Password").fill(PASSWORD)
        opened.get_by_role("button", name="Sign in").click()
        opened.wait_for_url(f"{here.url}/incidents")
        yield opened
        browser.close()
