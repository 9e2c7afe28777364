"""How long the Incidents page takes for a person without rights, and whether closed history costs.

    python bench/incidents_page.py [--databases sqlite,postgresql] [--open 2000] [--all 100000]

Measured at the client, over one kept connection, so the figure holds more than the server's own time.
Every twentieth incident is restricted. First with one tenth of the history, then with all of it, each
time after the background has caught up with what was put in: nobody has so much happen at once.
"""

import argparse
import gzip
import http.client
import re
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from acknowledge import quantile
from running import ROOT, Served, database_url, say, serving
from sqlalchemy import func, select

from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents.events import (
    Acknowledged,
    Closed,
    Declared,
    IncidentEvent,
    Resolved,
    SituationStated,
)
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import Basis, Mode
from tocsin.foundation.clock import system_clock
from tocsin.foundation.identifiers import new_id
from tocsin.ledger import history, keys
from tocsin.ledger.entry import By
from tocsin.ledger.follow import PLACES, UNWRITTEN
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text
from tocsin.storage.database import Database

EACH, TIMES = 500, 200
LOOK_SECONDS = 0.5
PAGES = (
    "/incidents",
    "/incidents?group=clock",
    "/incidents?group=team&sort=newest",
    "/incidents?service=svc-7&view=over",
    "/incidents?text=nothing+like+it&view=over",
)
LARGEST_KB = 60
RESTRICTED_EVERY = 20
EMAIL, SECRET = "observer@example.com", "heron lantern orbit 48"
BOUND_MS = 60.0


def seed(ledger: Ledger, first: int, last: int, *, closed: bool) -> None:
    """Incidents straight into the ledger, many in one change."""
    for start in range(first, last, EACH):
        with ledger.change(By(id="bench", kind="system")) as change:
            for number in range(start, min(start + EACH, last)):
                named = ("somebody",) if number % RESTRICTED_EVERY == 0 else None
                declared = Declared(
                    reference=f"BEN-2026-{number:06}",
                    ordinal=number + 1,
                    title=Text(f"Card authorisations failing, {number}"),
                    severity=1 + number % 4,
                    mode=Mode.LIVE,
                    impact_began=change.now - timedelta(minutes=5),
                    impact_basis=Basis.ESTIMATED,
                    service=f"svc-{number % 40}",
                    team=f"team-{number % 9}",
                    restricted_to=named,
                )
                over: list[IncidentEvent] = [
                    Acknowledged(),
                    Resolved(impact_ended=change.now, impact_basis=Basis.OBSERVED),
                    Closed(actionability=Actionability.REAL),
                ]
                promised = SituationStated(
                    happening=Text("Cards are refused."),
                    next_update_at=change.now + timedelta(minutes=number % 3000),
                )
                events: list[IncidentEvent] = [declared, *(over if closed else [promised])]
                change.record(INCIDENT, new_id(change.now), events)


def caught_up(ledger: Ledger) -> None:
    """Wait until every reactor has seen what there is: places of what is not theirs are not written."""
    while True:
        with ledger.read() as rows:
            slowest, last = rows.scalar(select(func.min(PLACES.c.seq))), history.last(rows)
        if slowest is not None and slowest >= last - UNWRITTEN:
            return
        time.sleep(LOOK_SECONDS)


def signed_in(served: Served) -> tuple[http.client.HTTPConnection, str]:
    """A kept connection, and the cookie of somebody who may look and no more."""
    words = ("user", "add", EMAIL, "--role", "observer", "--password-stdin")
    served.organisation.run(*words, given=SECRET + "\n")
    address = urlsplit(served.process.url)
    line = http.client.HTTPConnection(str(address.hostname), int(address.port or 0), timeout=60)
    form = urlencode({"email": EMAIL, "password": SECRET, "code": "", "next": "/incidents"})
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "sec-fetch-site": "same-origin",
    }
    line.request("POST", "/sign-in", form, headers)
    answer = line.getresponse()
    answer.read()
    found = re.search(r"tocsin=[^;]+", answer.headers.get("set-cookie", ""))
    assert found, answer.status
    return line, found.group()


def measured(line: http.client.HTTPConnection, cookie: str, place: str) -> list[float]:
    """Milliseconds of many page loads."""
    taken: list[float] = []
    line.close()  # the server has given up on a line that was quiet while history was made
    for _ in range(TIMES):
        began = time.perf_counter()
        line.request("GET", place, headers={"cookie": cookie})
        answer = line.getresponse()
        body = answer.read()
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, answer.status  # noqa: PLR2004 - the page
        assert b"BEN-2026-" in body or b"text=nothing" in body
    squeezed = len(gzip.compress(body)) / 1024
    verdict = "" if squeezed <= LARGEST_KB else f": OVER {LARGEST_KB} KB"
    say(f"  {place}: {squeezed:.1f} KB of HTML, gzipped{verdict}")
    return taken


def memory_mb(pid: int) -> float:
    """The resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found.group(1)) / 1024


def run(name: str, *, still_open: int, altogether: int) -> None:
    """Measure on one database."""
    with serving(name) as served:
        if served is None:
            return
        some = max(2 * still_open, altogether // 10)
        idle = memory_mb(served.process.pid)
        made = served.organisation
        kept = keys.read(made.folder / "data" / "keys")
        ledger = Ledger(Database(database_url(made)), kept, system_clock)
        line, cookie = signed_in(served)
        seed(ledger, 0, still_open, closed=False)
        seed(ledger, still_open, some, closed=True)
        caught_up(ledger)
        little = {place: measured(line, cookie, place) for place in PAGES}
        seed(ledger, some, altogether, closed=True)
        caught_up(ledger)
        much = {place: measured(line, cookie, place) for place in PAGES}
        ledger.database.close()
    for place in PAGES:
        for count, taken in ((some, little[place]), (altogether, much[place])):
            say(
                f"{name}: {place}: {still_open} open of {count}: p50 {quantile(taken, 0.5):.1f} "
                f"p99 {quantile(taken, 0.99):.1f} ms"
            )
        growth = quantile(much[place], 0.5) / quantile(little[place], 0.5)
        verdict = "within" if quantile(much[place], 0.5) < BOUND_MS else "OVER"
        say(f"{name}: {place}: bound {BOUND_MS:.0f} ms: {verdict}; growth {growth:.2f}")
    say(f"{name}: idle {idle:.0f} MB")


def main() -> None:
    """Measure on each database."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--databases", default="sqlite,postgresql")
    words.add_argument("--open", type=int, default=2000)
    words.add_argument("--all", type=int, default=100_000)
    chosen = words.parse_args()
    assert ROOT.is_dir()
    for name in chosen.databases.split(","):
        run(name, still_open=chosen.open, altogether=chosen.all)


if __name__ == "__main__":
    main()
