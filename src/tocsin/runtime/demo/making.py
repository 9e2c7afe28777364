"""Makes the folder of a demonstration, once, and opens it on the machine's own clock.

The past is lived through on a simulated clock over an empty ledger of the origin `demo`; the folder
gets its name only when that is done, so that none is half made.
"""

import gc
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from tocsin.foundation.clock import SimulatedClock, system_clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.demo import open_now, past, practised
from tocsin.runtime.demo.acting import Company
from tocsin.runtime.opening import found_ledger, open_ledger
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database

ORIGIN: Final = "demo"
JUST_NOW: Final = timedelta(seconds=30)
"""The simulated past ends so long before the present."""


def began_at(now: datetime) -> datetime:
    """When the company was founded, for a past that ends now."""
    return now - past.WEEKS * past.WEEK


def live_through(ledger: Ledger, clock: SimulatedClock, until: datetime) -> None:
    """Let the company live from the clock's instant to another."""
    company = Company(ledger, clock)
    stories = [*past.stories(clock()), *practised.stories(until), *open_now.stories(until)]
    with _in_haste(ledger.database):
        company.set_up()
        company.live(stories, until)


def opened(chosen: Settings) -> Ledger:
    """The ledger of a demonstration, which is made first where its folder is new.

    Refuses `not_a_demonstration` for a folder that holds something else.
    """
    folder = chosen.data_folder
    if not folder.exists() or not any(folder.iterdir()):
        _make(chosen)
    elif not (folder / "tocsin.db").exists():
        raise _not_ours(folder)
    ledger = open_ledger(chosen)
    if ledger.origin != ORIGIN:
        raise _not_ours(folder)
    return ledger


def _not_ours(folder: Path) -> Refused:
    sentence = f"{folder} holds something else than a demonstration: name another folder."
    return Refused("not_a_demonstration", sentence)


def _make(chosen: Settings) -> None:
    folder = chosen.data_folder.absolute()
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    until = system_clock() - JUST_NOW
    clock = SimulatedClock(began_at(until))
    given = {"data_folder": unfinished, "keys_folder": None, "origin": ORIGIN}
    ledger = found_ledger(chosen.model_copy(update=given), clock)
    live_through(ledger, clock, until)
    unfinished.rename(folder)


@contextmanager
def _in_haste(database: Database) -> Generator[None]:
    """Do not wait for the disk after each of two thousand commits, nor look for rubbish meanwhile.

    Only while a demonstration is made, which is thrown away where the power fails; afterwards
    connections are as safe as everywhere (`synchronous=FULL`), and the file is on the disk.
    """
    gc.disable()
    try:
        if database.is_sqlite:
            with _disk_in_haste(database):
                yield
        else:
            yield
    finally:
        gc.enable()


@contextmanager
def _disk_in_haste(database: Database) -> Generator[None]:
    database.close()
    event.listen(database.engine, "connect", _do_not_wait)
    try:
        yield
    finally:
        event.remove(database.engine, "connect", _do_not_wait)
        database.close()
        _settle(Path(str(database.engine.url.database)))


def _do_not_wait(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.execute("PRAGMA synchronous=OFF").close()


def _settle(file: Path) -> None:
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
