"""What is opened in other programs: cells that calculate nothing there, and lines of JSON. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

STARTS: Final = ("'", "=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}",
                 "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}",
                 "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
"""With these a spreadsheet takes a cell for a formula, however it is quoted. The apostrophe is ours: it
is doubled, so that taking one away gives every cell back as it was.
"""


def cell(value: str | float | bool | None) -> str:  # noqa: FBT001 - the value of a cell
    """A cell of CSV (RFC 4180), always in quotes; a formula gets an apostrophe before it."""
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case _:
            text = str(value)
    inert = f"'{text}" if text.startswith(STARTS) else text
    return '"' + inert.replace('"', '""') + '"'


def csv_line(values: Sequence[Any]) -> bytes:
    """A line of CSV, in UTF-8."""
    return (",".join(cell(value) for value in values) + "\r\n").encode()


def json_line(value: Mapping[str, Any]) -> bytes:
    """A line of JSON Lines, in UTF-8."""
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
