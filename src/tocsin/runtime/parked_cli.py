"""Host commands for entries that background work could not read: name them, and show them again."""

from typing import Final

from cyclopts import App

from tocsin.ledger import follow
from tocsin.runtime import settings
from tocsin.runtime.background import at_work_as_set
from tocsin.runtime.ledger_cli import say
from tocsin.runtime.opening import open_ledger
from tocsin.runtime.outside import outside

PARKED: Final = App(name="parked", help="Entries that background work could not read.")

MOST: Final = 1000


@PARKED.command(name="ls")
def listed() -> None:
    """List them, oldest first: which entry, of what, what could not read it, and the kind of fault."""
    with open_ledger(settings.read()).read() as rows:
        for one in follow.parked(rows, limit=MOST):
            say(f"{one.seq}  {one.aggregate}  {one.reactor}  {one.reason}")


@PARKED.command
def replay() -> int:
    """Show each of them again to what could not read it; exit 1 where some stay parked.

    Do it after an upgrade that can read them. What was held up behind them goes on.
    """
    chosen = settings.read()
    ledger = open_ledger(chosen)
    features = at_work_as_set(chosen, outside(chosen, ledger.clock))
    reactors = [one for feature in features for one in feature.reactors]
    read = sum(follow.replay_parked(ledger, one) for one in reactors)
    with ledger.read() as rows:
        left = follow.count_parked(rows)
    say(f"{read} read, {left} parked as before.")
    return 1 if left else 0
