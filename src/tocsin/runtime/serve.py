"""Runs Tocsin: web, API, intake and background work in one process, or background work alone."""

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from threading import Event
from types import FrameType
from typing import Final

import sqlalchemy.orm
import uvicorn
from litestar.types import ASGIApp

from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.runtime import logs
from tocsin.runtime.app import make_app
from tocsin.runtime.background import Background
from tocsin.runtime.durable import Durable
from tocsin.runtime.front import Front
from tocsin.runtime.ledger_cli import say
from tocsin.runtime.mail_in import MailIn
from tocsin.runtime.settings import Settings
from tocsin.runtime.verifying import VERIFICATION

ASKED_ABOUT_VALUES: Final = sqlalchemy.orm
"""SQLAlchemy asks this module about values that it does not know, such as those of enumerations. It is
loaded before there are threads: met half loaded by one while another loads it, it fails.
"""

CHORES: Final = (VERIFICATION,)
SWITCH_SECONDS: Final = 0.0005
"""How long a thread of background work may keep a request waiting. Python's own 5 ms are too long."""

GRACE_SECONDS: Final = 3
"""How long open requests may go on after a stop; open streams are closed at once."""


class _Server(uvicorn.Server):
    """Ends the live streams as soon as it is told to stop: they would never end by themselves.

    The signal is not raised again after the end, as uvicorn would: background work has to stop too.
    """

    def __init__(self, app: Front, proxies: Sequence[str], when_ready: Callable[[], None]) -> None:
        super().__init__(_configured(app, proxies))
        self._app = app
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and then what the first visitor need not wait for."""
        await super().startup(sockets)
        if self.started:
            keep_what_is_loaded()
            self._when_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Stop; told so twice by hand, stop without waiting for requests under way."""
        self._app.end_streams()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def keep_what_is_loaded() -> None:
    """Let the collector leave alone what stays to the end: looking through it halts every request."""
    gc.collect()
    gc.freeze()


def process_name() -> str:
    """Names this process among those that share a database."""
    return f"{socket.gethostname()}:{os.getpid()}"


def serve(ledger: Ledger, chosen: Settings) -> None:
    """Serve until told to stop."""
    logs.set_up()
    sys.setswitchinterval(SWITCH_SECONDS)
    name = process_name()
    background = Background.of(ledger, chosen, name)
    durable = Durable(ledger, CHORES, name)
    app = make_app(ledger, chosen)
    listening = _bound(chosen.host, chosen.port)
    mail_in = MailIn.of(ledger, chosen)
    mail_in.start()
    background.start()
    try:
        say(f"Tocsin is at {chosen.address}")
        _Server(app, chosen.trusted_proxies, durable.start).run(sockets=[listening])
    finally:
        mail_in.stop()
        durable.stop()
        background.stop()


def work(ledger: Ledger, chosen: Settings) -> None:
    """Do background work only, until told to stop."""
    logs.set_up()
    name = process_name()
    background = Background.of(ledger, chosen, name)
    durable = Durable(ledger, CHORES, name)
    stop = Event()

    def stopped(_: int, __: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stopped)
    mail_in = MailIn.of(ledger, chosen)
    mail_in.start()
    background.start()
    durable.start()
    say(f"Working as {name}")
    stop.wait()
    mail_in.stop()
    durable.stop()
    background.stop()


def _configured(app: ASGIApp, proxies: Sequence[str]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        loop="uvloop",
        http="httptools",
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        log_config=None,
        server_header=False,
        h11_max_incomplete_event_size=65536,
    )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        sentence = f"Port {port} on {host} is taken: choose another with --port."
        raise Refused("port_taken", sentence) from None
    return listening
