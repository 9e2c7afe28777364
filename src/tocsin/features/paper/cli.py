"""Taking an incident's file as a PDF from a terminal: `tocsin paper REF`. It asks the API."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from cyclopts import Parameter

from tocsin.cli.output import say
from tocsin.features.incidents.cli import Ref

Output = Annotated[
    Path | None, Parameter(name="--output", help="Where to put it; REF.pdf where it is not said.")
]
Zone = Annotated[str, Parameter(name="--zone", help="In which times are told: Europe/Berlin.")]


def paper(reference: Ref, *, output: Output = None, zone: Zone = "UTC") -> None:
    """Save an incident's file as a PDF, and print where. A file that is there already stays."""
    from tocsin.cli.client import connected  # noqa: PLC0415 - `--help` needs no HTTP client

    target = output or Path(f"{quote(reference.upper(), safe='')}.pdf")
    with connected() as api:
        api.take_file(f"/incidents/{quote(reference, safe='')}/paper", target, zone=zone)
    say(str(target))
