"""Attaching files from a terminal: `tocsin attach REF FILE...`. It asks the API."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from cyclopts import Parameter

from tocsin.cli.output import say, say_json
from tocsin.features.incidents.cli import Json, Ref
from tocsin.features.incidents.terms import DataClass
from tocsin.foundation.refusal import Refused

Described = Annotated[str | None, Parameter(name="--description", help="What they show.")]


def attach(
    reference: Ref,
    *files: Annotated[Path, Parameter(help="The files to attach.")],
    data_class: Annotated[DataClass, Parameter(name="--class")] = DataClass.INTERNAL,
    description: Described = None,
    as_json: Json = False,
) -> None:
    """Attach files to an incident, one after another, and print the digest of each."""
    from tocsin.cli.client import connected  # noqa: PLC0415 - `--help` needs no HTTP client

    if not files:
        raise Refused("file_missing", "Name a file to attach.")
    path = f"/incidents/{quote(reference, safe='')}/attachments"
    with connected() as api:
        for file in files:
            said = {"name": file.name, "data_class": data_class.value, "description": description}
            made = api.send_file(path, file, **said)
            say_json(made) if as_json else say(f"{made['sha256']}  {made['name']}")
