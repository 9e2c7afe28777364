"""A process that does chores and nothing else: for tests that kill it.

`python tests/durably.py URL KEYS NAME MARKS`: every step appends a line to the file MARKS. The step
`slow` never ends on the process called `one`.
"""

import sys
from pathlib import Path
from threading import Event

from tocsin.foundation.clock import system_clock
from tocsin.ledger import keys
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.chore import Chore, Facts, Run
from tocsin.runtime.durable import Durable
from tocsin.storage.database import Database


def main(url: str, keys_folder: str, name: str, marks: str) -> None:
    ledger = Ledger(Database(url), keys.read(Path(keys_folder)), system_clock)

    def mark(what: str, run: Run) -> Facts:
        with Path(marks).open("a") as file:
            file.write(f"{what} {name} {run.id}\n")
        return {"by": name}

    def slow(run: Run) -> Facts:
        mark("slow", run)
        while name == "one":
            run.pace()
        return {}

    def last(run: Run) -> Facts:
        assert run.earlier["first"] == {"by": "one"}, "what was found before is not found again"
        return mark("last", run)

    def begun(what: str) -> bool:
        return Path(marks).exists() and what in Path(marks).read_text()

    steps = (("first", lambda run: mark("first", run)), ("slow", slow), ("last", last))
    long = Chore(
        name="long", cron="0 3 1 1 *", steps=steps, is_overdue=lambda _: not begun("first")
    )
    ticks = (("tick", lambda run: mark("tick", run)),)
    often = Chore(name="often", cron="* * * * * *", steps=ticks, is_overdue=lambda _: False)
    Durable(ledger, [long, often], name).start()
    Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
