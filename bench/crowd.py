"""How long an acknowledgement takes in a crowd, under 10,000 alerts a second.

    python bench/crowd.py [--databases sqlite,postgresql] [--incidents 60] [--looking 0]

Each incident that is acknowledged has 5,000 entries. 60 streams are open, and 40 people write on the
incident that is acknowledged next, each a note every two seconds. With `--looking N`, so many of the
streams belong to pages, which fetch the incident again when they are told that something changed, as
`live.js` does. The bound is 15 ms + 2 x the p99 of a raw fdatasync beside it.
"""

import argparse
import http.client
import json
import random
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

from acknowledge import Measured, Responder, probing, quantile, storming
from incidents_page import caught_up, signed_in
from running import database_url, harness, say, serving

from tocsin.features.incidents.events import Declared, Noted
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import Basis, Mode, NoteKind
from tocsin.foundation.clock import system_clock
from tocsin.foundation.identifiers import new_id
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.words import Text
from tocsin.storage.database import Database

ENTRIES, AT_ONCE = 5000, 500
STREAMS, WRITERS = 60, 40
PAUSE_SECONDS, DEBOUNCE_SECONDS, BETWEEN_SECONDS = 2.0, 0.2, 0.5
BOUND_MS = 15.0


def seed(ledger: Ledger, count: int) -> list[str]:
    """Incidents that nobody acknowledged and on which 5,000 entries were written."""
    references: list[str] = []
    for number in range(count):
        references.append(f"BEN-2026-{number:06}")
        id_ = ""
        for start in range(0, ENTRIES, AT_ONCE):
            with ledger.change(By(id="bench", kind="system")) as change:
                id_ = id_ or new_id(change.now)
                notes = [
                    Noted(kind=NoteKind.NOTE, text=Text(f"What was seen, {at}"))
                    for at in range(start, start + AT_ONCE)
                ]
                declared = Declared(
                    reference=references[-1],
                    ordinal=number + 1,
                    title=Text(f"Cards refused, {number}"),
                    severity=2,
                    mode=Mode.LIVE,
                    impact_began=change.now,
                    impact_basis=Basis.ESTIMATED,
                )
                change.record(INCIDENT, id_, notes if start else [declared, *notes])
    return references


@dataclass(frozen=True)
class Crowd:
    """Where those are who watch and write, and with what they may."""

    address: str
    token: str
    cookie: str
    looking: int


def watch(crowd: Crowd, at: list[str], *, looks: bool) -> None:
    """Keep a stream open for ever; what looks fetches the incident after every word of a change."""
    host = urlsplit(crowd.address).netloc
    stream, page = http.client.HTTPConnection(host), http.client.HTTPConnection(host)
    stream.request("GET", "/stream", headers={"cookie": crowd.cookie})
    answer = stream.getresponse()
    told = threading.Event()

    def look() -> None:
        while told.wait():
            time.sleep(DEBOUNCE_SECONDS)
            told.clear()
            page.close()
            page.request("GET", f"/incidents/{at[0]}", headers={"cookie": crowd.cookie})
            page.getresponse().read()

    if looks:
        threading.Thread(target=look, daemon=True).start()
    while line := answer.readline():
        if line.startswith(b"event: incidents"):
            told.set()


def write(crowd: Crowd, at: list[str]) -> None:
    """Write a note every two seconds for ever."""
    line = http.client.HTTPConnection(urlsplit(crowd.address).netloc)
    headers = {"Authorization": f"Bearer {crowd.token}", "Content-Type": "application/json"}
    while True:
        time.sleep(PAUSE_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - not a secret
        body = json.dumps({"kind": "note", "text": "Rolled back; watching the error rate."})
        line.close()
        line.request("POST", f"/api/v1/incidents/{at[0]}/notes", body, headers)
        line.getresponse().read()


def gather(crowd: Crowd, told: Connection) -> None:
    """The crowd, in a process of its own. `told` brings the incident that everybody looks at."""
    at: list[str] = [told.recv()]
    for number in range(STREAMS):
        threading.Thread(
            target=watch, args=(crowd, at), kwargs={"looks": number < crowd.looking}, daemon=True
        ).start()
    for _ in range(WRITERS):
        threading.Thread(target=write, args=(crowd, at), daemon=True).start()
    while True:
        at[0] = told.recv()


@contextmanager
def crowded(crowd: Crowd, first: str) -> Generator[Connection]:
    """A crowd while the block runs; what it yields is told which incident is looked at."""
    context = get_context("spawn")
    theirs, ours = context.Pipe(duplex=False)
    process = context.Process(target=gather, args=(crowd, theirs), daemon=True)
    process.start()
    ours.send(first)
    time.sleep(2 * PAUSE_SECONDS)
    try:
        yield ours
    finally:
        process.terminate()
        process.join()


def measure(database: str, tool: Path, incidents: int, looking: int) -> None:
    """Measure on one database."""
    with serving(database) as served:
        if served is None:
            return
        kept = keys.read(served.organisation.folder / "data" / "keys")
        ledger = Ledger(Database(database_url(served.organisation)), kept, system_clock)
        references = seed(ledger, incidents)
        caught_up(ledger)
        ledger.database.close()
        _, cookie = signed_in(served)
        responder, measured = Responder(served), Measured()
        token = served.organisation.token("responder")
        crowd = Crowd(served.process.url, token, cookie, looking)
        folder = served.organisation.folder
        with (
            storming(tool, served),
            crowded(crowd, references[0]) as told,
            probing(folder, measured),
        ):
            for reference in references:
                told.send(reference)
                time.sleep(BETWEEN_SECONDS)
                responder.acknowledge_some([reference], measured)
        say(told_of(database, measured, looking))


def told_of(database: str, measured: Measured, looking: int) -> str:
    """The figures in one line, with the verdict."""
    ack, probe = measured.acknowledged, measured.probed
    bound = BOUND_MS + 2 * quantile(probe, 0.99)
    verdict = "within" if quantile(ack, 0.99) < bound else "OVER"
    return (
        f"{database}: {STREAMS} streams, {looking} of them looking, {WRITERS} writers: {len(ack)} "
        f"acknowledgements p50 {quantile(ack, 0.5):.1f} p99 {quantile(ack, 0.99):.1f} ms | "
        f"bound {bound:.1f} ms: {verdict}"
    )


def main() -> None:
    """Measure on every database asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--databases", default="sqlite,postgresql")
    parser.add_argument("--incidents", type=int, default=60)
    parser.add_argument("--looking", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-harness-") as folder:
        tool = harness(Path(folder))
        for database in asked.databases.split(","):
            measure(database, tool, asked.incidents, asked.looking)


if __name__ == "__main__":
    main()
