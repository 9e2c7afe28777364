"""The command `tocsin demo`: a made-up company to look around in, and a storm to watch.

It has a folder of its own and listens on this machine only; it never touches another organisation,
whatever the settings say.
"""

import socket
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

from tocsin.runtime import settings
from tocsin.runtime.demo import making, storm
from tocsin.runtime.demo.letting_in import Facts, let_in
from tocsin.runtime.demo.replaying import Replay
from tocsin.runtime.ledger_cli import say
from tocsin.runtime.settings import Settings

HERE: Final = "127.0.0.1"
LOOPBACK: Final = ("127.0.0.0/8", "::1/128")

AsJson = Annotated[
    bool, Parameter(negative="", help="Print the facts as one JSON object on the first line.")
]
Port = Annotated[int, Parameter(help="Where to listen; a free port is chosen where it is taken.")]
Folder = Annotated[
    Path | None,
    Parameter(help="Keep the company here and use it again; a new temporary folder without."),
]
NoStorm = Annotated[bool, Parameter(negative="", help="Leave the storm out.")]


def demo(
    *,
    json: AsJson = False,
    port: Port = 8700,
    folder: Folder = None,
    no_storm: NoStorm = False,
) -> None:
    """Serve a made-up payments company with half a year of incidents, and let a storm come."""
    from tocsin.runtime import serve  # noqa: PLC0415 - the framework, for this command only

    kept = folder or Path(tempfile.mkdtemp(prefix="tocsin-demo-"))
    chosen = _chosen(kept.absolute(), port)
    if not json:
        say("Making a payments company and 26 weeks of its incidents …")
    ledger = making.opened(chosen)
    facts = let_in(ledger, chosen.address, chosen.data_folder)
    _tell(facts, as_json=json)
    if not no_storm:
        Replay(ledger, facts, storm.recorded(), say).start()
    with suppress(KeyboardInterrupt):
        serve.serve(ledger, chosen)


def _chosen(folder: Path, port: int) -> Settings:
    """Settings that keep to this folder and this machine, whatever the environment says."""
    return settings.read(
        data_folder=folder,
        database_url="",
        keys_folder=None,
        host=HERE,
        port=_free(port),
        origin=making.ORIGIN,
        public_url="",
        smtp_url="",
        allowed_networks=LOOPBACK,
    )


def _tell(facts: Facts, *, as_json: bool) -> None:
    for line in [facts.as_json()] if as_json else facts.as_lines():
        say(line)


def _free(port: int) -> int:
    """The port, or another where somebody listens on it already."""
    for wanted in (port, 0):
        with socket.socket() as listening, suppress(OSError):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((HERE, wanted))
            return int(listening.getsockname()[1])
    return port
