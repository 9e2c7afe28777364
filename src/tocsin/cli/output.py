"""What the responder commands print: a table on a terminal, plain lines elsewhere, JSON when asked."""

import json
import sys
from collections.abc import Sequence
from typing import Any

Row = Sequence[str]


def say(text: str) -> None:
    """A piece of a command's answer. Where it has several lines, the later ones are set in."""
    print("\n    ".join(harmless(line) for line in text.splitlines()))  # noqa: T201 - the answer


def say_json(answer: Any) -> None:  # noqa: ANN401 - whatever JSON the API answered
    """The API's answer as it came; what is not to be seen is written as JSON escapes it."""
    lines = json.dumps(answer, ensure_ascii=False, indent=2).split("\n")
    print("\n".join(map(_escaped, lines)))  # noqa: T201 - the answer of a command


def say_table(columns: Row, rows: Sequence[Row]) -> None:
    """Rows under headings: a table where somebody looks, tabs where a program reads."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(_cell(cell) for cell in row))  # noqa: T201 - the answer
        return
    from rich.console import Console  # noqa: PLC0415 - only where somebody looks
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=column != columns[-1])
    for row in rows:
        table.add_row(*(Text(_cell(cell)) for cell in row))
    Console(highlight=False).print(table)


def _cell(text: str) -> str:
    return harmless(" ".join(text.split()))


def _escaped(line: str) -> str:
    """The same JSON: what hides in a line stands only within its strings."""
    return "".join(mark if mark.isprintable() else json.dumps(mark)[1:-1] for mark in line)


def harmless(line: str) -> str:
    """Without what could move a terminal's cursor or change its colours."""
    return "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in line)
