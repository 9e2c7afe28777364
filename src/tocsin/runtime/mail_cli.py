"""Host commands for mail that comes in: addresses that declare, and mail that nobody wrote."""

from typing import Final

from cyclopts import App

from tocsin.features.mail_in import commands
from tocsin.features.mail_in.rules.automatic import SENTENCES
from tocsin.foundation.refusal import Refused
from tocsin.runtime import settings
from tocsin.runtime.ledger_cli import say
from tocsin.runtime.opening import host_work, open_ledger
from tocsin.runtime.outside import mail_terms

MAIL_ADDRESS: Final = App(name="mail-address", help="Addresses that take mail in.")

MOST: Final = 1000


@MAIL_ADDRESS.command
def create(*, person: str | None = None, team: str | None = None) -> None:
    """Make an address that declares as a person (by e-mail address) or a team, and print it, alone.

    It is shown only this once.
    """
    chosen = settings.read()
    work, terms = host_work(open_ledger(chosen)), mail_terms(chosen)
    match person, team:
        case (str(email), None):
            say(commands.create_for_address(work, terms, email).address)
        case (None, str(name)):
            say(commands.create_for_team(work, terms, name).address)
        case _:
            raise Refused("owner_missing", "Say whose it is: --person EMAIL or --team NAME.")


@MAIL_ADDRESS.command(name="ls")
def listed() -> None:
    """List the addresses in use that declare, by id: whose they are, never what they are."""
    work = host_work(open_ledger(settings.read()))
    found = commands.listed(work, limit=MOST)
    called = commands.names(work, [one.owner for one in found])
    for one in found:
        made = f"{one.created_at:%Y-%m-%d %H:%M} UTC"
        say(f"{one.id}  {one.owner_kind}  {called.get(one.owner, one.owner)}  {made}")


@MAIL_ADDRESS.command
def revoke(address: str) -> None:
    """Have mail to an address refused, from now on; named by its id (`tocsin mail-address ls`)."""
    commands.revoke(host_work(open_ledger(settings.read())), address)
    say("Revoked: mail to it is refused from now on.")


@MAIL_ADDRESS.command
def letters() -> None:
    """List mail that nobody wrote and that did nothing, newest first, with the reason."""
    for one in commands.waiting(host_work(open_ledger(settings.read())), limit=MOST):
        say(f"{one.id}  {one.at:%Y-%m-%d %H:%M} UTC  {one.size} bytes  {SENTENCES[one.why]}")


@MAIL_ADDRESS.command
def replay(letter: str) -> None:
    """Take such a mail as if a person had written it: it acts as the owner of its address."""
    chosen = settings.read()
    commands.take_letter(host_work(open_ledger(chosen)), mail_terms(chosen), letter)
    say("Taken.")
