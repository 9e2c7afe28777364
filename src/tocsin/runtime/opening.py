"""Opens the ledger that the settings name, or founds a new one, and says who works on the machine."""

import getpass
import os
import socket
from typing import Final

from tocsin.access.once import REQUESTS
from tocsin.access.policy import TOCSIN, Actor
from tocsin.access.work import UnitOfWork
from tocsin.foundation.clock import Clock, system_clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import keys, verification, witness
from tocsin.ledger.due import DUE
from tocsin.ledger.entry import By
from tocsin.ledger.event import event
from tocsin.ledger.executors import EXECUTORS
from tocsin.ledger.follow import PARKED, PLACES
from tocsin.ledger.lease import LEASES
from tocsin.ledger.ledger import Ledger, found
from tocsin.runtime.features import FEATURES
from tocsin.runtime.settings import Settings
from tocsin.storage.columns import METADATA
from tocsin.storage.database import Database

KERNEL: Final = (DUE, EXECUTORS, LEASES, PARKED, PLACES, REQUESTS)
"""Tables that no feature brings."""
EVENTS: Final = (verification.Verified, witness.CheckpointGiven)
"""Events that no feature brings: every command that reads the ledger must know them."""


@event("host.command_run")
class CommandRun:
    """Somebody ran a command on the machine itself that changes more than the ledger shows."""

    command: str


def open_ledger(settings: Settings, clock: Clock = system_clock) -> Ledger:
    """The organisation's ledger. Refuses `not_founded` where there is none yet."""
    return Ledger(open_database(settings), keys.read(settings.keys), clock)


def open_database(settings: Settings) -> Database:
    """The organisation's database, whatever its schema. Refuses `not_founded`."""
    if not settings.database_url and not (settings.data_folder / "tocsin.db").exists():
        folder = settings.data_folder
        raise Refused("not_founded", f"There is no Tocsin in {folder} yet: run `tocsin init`.")
    return Database(settings.url)


def found_ledger(settings: Settings, clock: Clock = system_clock) -> Ledger:
    """A new organisation: keys first, then the database, so that no database is without its keys."""
    assert FEATURES, "all tables are made at once: whoever brings one must have been imported"
    assert all(table.metadata is METADATA for table in KERNEL), "and so must those of the kernel"
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


def record_command(ledger: Ledger, command: str) -> None:
    """Keep that a host command was run, by whom and on which machine."""
    with ledger.change(host().by) as change:
        change.note("host:commands", CommandRun(command=command))
