"""The command `tocsin`. Errors are one sentence; exit code 2 for usage, 1 for what is refused.

Commands are imported when they are run, so that a responder's `tocsin ack` starts at once.
"""

import sys
from typing import Final, NoReturn

from cyclopts import App, CycloptsError
from rich.console import Console

from tocsin import __version__
from tocsin.cli.output import harmless
from tocsin.foundation.refusal import Refused

USAGE: Final = 2
REFUSED: Final = 1

HOST: Final = "On this machine"
RESPOND: Final = "Respond (through the API: TOCSIN_URL, TOCSIN_TOKEN)"

COMMANDS: Final = {
    HOST: {
        "init": "tocsin.runtime.host_cli:init",
        "serve": "tocsin.runtime.host_cli:serve",
        "work": "tocsin.runtime.host_cli:work",
        "demo": "tocsin.runtime.demo_cli:demo",
        "user": "tocsin.runtime.host_cli:USER",
        "audience": "tocsin.runtime.host_cli:AUDIENCE",
        "token": "tocsin.runtime.host_cli:TOKEN",
        "source": "tocsin.runtime.host_cli:SOURCE",
        "mail-address": "tocsin.runtime.mail_cli:MAIL_ADDRESS",
        "ledger": "tocsin.runtime.ledger_cli:LEDGER",
        "keys": "tocsin.runtime.keys_cli:KEYS",
        "rebuild": "tocsin.runtime.ledger_cli:rebuild",
        "backup": "tocsin.runtime.ledger_cli:backup",
        "restore": "tocsin.runtime.ledger_cli:restore",
        "upgrade": "tocsin.runtime.upgrade_cli:upgrade",
        "parked": "tocsin.runtime.parked_cli:PARKED",
        "doctor": "tocsin.runtime.upgrade_cli:doctor",
    },
    RESPOND: {
        name: f"tocsin.features.incidents.cli:{name if name != 'ls' else 'ls'}"
        for name in (
            "declare", "ls", "show", "ack", "note", "mitigate", "resolve", "close", "reopen", "situation",
        )
    }
    | {
        name: f"tocsin.features.incidents.sharing_cli:{name}"
        for name in ("handover", "tasks")
    }
    | {"task": "tocsin.features.incidents.sharing_cli:TASK"}
    | {"attach": "tocsin.features.evidence.cli:attach"}
    | {"paper": "tocsin.features.paper.cli:paper"}
    | {"search": "tocsin.features.search.cli:search"}
    | {"told": "tocsin.features.messages.cli:told"},
}  # fmt: skip

APP: Final = App(
    name="tocsin",
    help="Incident tracking and incident management, with a record that can be proved.",
    version=__version__,
    result_action="return_value",
)
for group, commands in COMMANDS.items():
    for name, place in commands.items():
        APP.command(place, name=name, group=group)


def run(words: list[str] | None = None) -> int:
    """Run one command and answer the exit code."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        code = APP(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        errors.print(_harmless(str(error)), markup=False)
        return USAGE
    except Refused as refused:
        errors.print(_harmless(refused.reason), markup=False)
        return REFUSED
    return code if isinstance(code, int) else 0


def _harmless(text: str) -> str:
    """A refusal may name what others wrote; of that nothing moves the cursor."""
    return "\n".join(harmless(line) for line in text.strip().splitlines())


def main() -> NoReturn:
    """Run as a program."""
    sys.exit(run())
