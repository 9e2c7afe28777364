"""Opens the ledger that the settings name, or founds a new one."""

import getpass
import os
import socket

from tocsin.access.policy import TOCSIN, Actor
from tocsin.access.work import UnitOfWork
from tocsin.foundation.clock import Clock, system_clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys
from tocsin.ledger.entry import By
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database


def open_ledger(settings: Settings, clock: Clock = system_clock) -> Ledger:
    """The organisation's ledger. Refuses `not_founded` where there is none yet."""
    if not settings.database_url and not (settings.data_folder / "tocsin.db").exists():
        folder = settings.data_folder
        raise Refused("not_founded", f"There is no Tocsin in {folder} yet: run `tocsin init`.")
    return Ledger(Database(settings.url), keys.read(settings.keys), clock)


def found_ledger(settings: Settings, clock: Clock = system_clock) -> Ledger:
    """A new organisation: keys first, then the database, so that no database is without its keys."""
    settings.data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (settings.keys / keys.SIGNING_FILE).exists():
        made = keys.read(settings.keys)
    else:
        made = keys.make()
        keys.keep(made, settings.keys)
    return found(Database(settings.url), made, clock, origin=settings.origin)


def host() -> Actor:
    """Whoever runs a command on the machine itself: they could open the database anyway."""
    name = f"{getpass.getuser()}@{socket.gethostname()}"
    return Actor(
        by=By(id=name, kind="host", through=f"uid {os.getuid()}"),
        may=TOCSIN.may,
        sees_everything=True,
    )


def host_work(ledger: Ledger) -> UnitOfWork:
    """The unit of work of a host command."""
    return UnitOfWork(ledger, host())
