"""Takes the pictures of the manual, of a demonstration that it starts and ends itself.

    .venv/bin/python tools/pictures.py docs/images

The company and its incidents are those that `make demo` tells, by the same seed, and stand as they do a
moment after the storm came in. Needs Chromium (Debian's, or what CHROMIUM names).
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from tocsin.foundation.clock import system_clock
from tocsin.runtime.demo import storm
from tocsin.runtime.demo.replaying import post

BROWSERS: Final = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM: Final = os.environ.get("CHROMIUM") or next(filter(os.path.exists, BROWSERS), BROWSERS[0])
ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
TOCSIN: Final = str(Path(sys.executable).parent / "tocsin")
PASSWORD: Final = "heron lantern orbit 47"  # noqa: S105 - of an organisation that lives for a minute
PAGES: Final = {
    "01-incidents": "/incidents",
    "02-incident": "/incidents/{grave}",
    "02b-incident-alerts": "/incidents/{storm}/alerts",
    "03-declare": "/declare?title=card+authorisations+failing",
    "11-phone-paged": "/page/{storm}",
}
FIRST: Final = {"12-first-run": "/"}
WIDTHS: Final = {1440: (900, 1500), 390: (844, 1800)}
"""How high the window is at each width, and how much of a page is shown at most."""
THEMES: Final = ("light", "dark")
QUALITY: Final = 82
PATIENCE_SECONDS: Final = 240.0


def main(folder: Path) -> None:
    """Take all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="tocsin-") as kept:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with _demonstration(Path(kept) / "company") as facts:
            known = _after_the_storm(facts)
            pages = {name: place.format(**known) for name, place in PAGES.items()}
            _take(browser, facts, pages, folder)
        with _first_day(Path(kept) / "first") as facts:
            _take(browser, facts, FIRST, folder)
        browser.close()
    size = sum(one.stat().st_size for one in folder.iterdir())
    print(f"{len(list(folder.iterdir()))} pictures, {size / 1e6:.2f} MB in {folder}")


def _take(browser: Browser, facts: dict[str, Any], pages: dict[str, str], folder: Path) -> None:
    cookie = _signed_in(browser, facts)
    for theme in THEMES:
        for width, (height, most) in WIDTHS.items():
            context = browser.new_context(viewport={"width": width, "height": height})
            chosen = {"name": "tocsin_theme", "value": theme, "url": facts["address"]}
            context.add_cookies([cookie, chosen])  # type: ignore[list-item]
            page = context.new_page()
            for name, place in pages.items():
                page.goto(facts["address"] + place)
                small = "" if width > 1000 else f"-{width}"  # noqa: PLR2004 - a desk, not a phone
                (folder / f"{name}{small}-{theme}.webp").write_bytes(_picture(page, width, most))
            context.close()


def _picture(page: Page, width: int, most: int) -> bytes:
    """The page from its top on, once it stands still, as WebP."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => document.activeElement.blur())")
    page.wait_for_timeout(900)
    high = min(most, int(page.evaluate("document.documentElement.scrollHeight")))
    page.set_viewport_size({"width": width, "height": high})
    page.wait_for_timeout(300)
    asked = {"format": "webp", "quality": QUALITY}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    page.set_viewport_size({"width": width, "height": WIDTHS[width][0]})
    return base64.b64decode(taken["data"])


def _signed_in(browser: Browser, facts: dict[str, Any]) -> dict[str, Any]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{facts['address']}/sign-in")
    page.get_by_label("E-mail address").fill(facts["email"])
    page.get_by_label("Password").fill(facts["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents")
    cookies = [dict(one) for one in context.cookies() if one.get("name") == "tocsin"]
    context.close()
    return cookies[0]


@contextmanager
def _demonstration(folder: Path) -> Generator[dict[str, Any]]:
    words = ("demo", "--json", "--no-storm", "--port", "0", "--folder", str(folder))
    with _running(words, dict(os.environ)) as running:
        assert running.stdout is not None
        facts: dict[str, Any] = json.loads(running.stdout.readline())
        _until(partial(_is_ready, facts["address"]))
        yield facts


@contextmanager
def _first_day(folder: Path) -> Generator[dict[str, Any]]:
    folder.mkdir()
    env = {**os.environ, "TOCSIN_DATA_FOLDER": str(folder / "tocsin-data")}
    email, port = "administrator@example.com", "8713"
    init = [TOCSIN, "init", "--admin-email", email, "--admin-password-stdin"]
    subprocess.run(init, input=PASSWORD, text=True, env=env, cwd=folder, check=True)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    with _running(("serve", "--port", port), env):
        _until(partial(_is_ready, address))
        yield {"address": address, "email": email, "password": PASSWORD}


@contextmanager
def _running(words: tuple[str, ...], env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command, quiet = [TOCSIN, *words], subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=quiet, text=True, env=env
    ) as running:
        try:
            yield running
        finally:
            running.terminate()


def _after_the_storm(facts: dict[str, Any]) -> dict[str, str]:
    """Send all that fires, and wait for the one incident that comes of it."""
    recording = storm.recorded()
    all_firing = recording.all_firing_after_seconds
    firing = [one for one in recording.from_now(system_clock()) if one.after_seconds <= all_firing]
    with ThreadPoolExecutor(4) as senders:
        list(senders.map(lambda one: _until(partial(post, facts["intake"], one.body)), firing))
    _until(lambda: any(one["alerts"] >= recording.critical for one in _open(facts)))
    found = _open(facts)
    return {
        "grave": next(one["reference"] for one in found if one["severity"] == 1),
        "storm": next(one["reference"] for one in found if one["alerts"]),
    }


def _open(facts: dict[str, Any]) -> list[dict[str, Any]]:
    headers = {"authorization": f"Bearer {facts['tokens']['admin']}"}
    asked = urllib.request.Request(  # noqa: S310 - the address that we listen on
        f"{facts['address']}/api/v1/incidents?open=true&limit=200", headers=headers
    )
    with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
        items: list[dict[str, Any]] = json.load(answer)["items"]
    return items


def _is_ready(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310
        return bool(answer.status == 200)  # noqa: PLR2004
    return False


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            sys.exit("It takes too long: is there a Tocsin that answers?")
        time.sleep(0.1)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
