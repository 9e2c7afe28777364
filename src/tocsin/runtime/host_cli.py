"""Host commands: found an organisation, serve it, add people, audiences, tokens and sources.

Whoever runs these owns the machine; each is kept with the operating system's user and host.
"""

import sys
from typing import Annotated, Final

from cyclopts import App, Parameter

from tocsin.access.policy import Audience, Role
from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.terms import SourceKind
from tocsin.features.people import commands as people
from tocsin.features.people.rules import password as passwords
from tocsin.foundation.refusal import Refused
from tocsin.runtime import settings
from tocsin.runtime.ledger_cli import say
from tocsin.runtime.opening import found_ledger, host_work, open_ledger

USER: Final = App(name="user", help="People who sign in.")
AUDIENCE: Final = App(name="audience", help="Who reads what is for legal or security only.")
TOKEN: Final = App(name="token", help="Tokens for programs.")
SOURCE: Final = App(name="source", help="Where alerts come from.")

ADMINISTRATOR: Final = "Administrator"

Who = Annotated[str, Parameter(help="A person's e-mail address, or the name of a token.")]
Flag = Annotated[bool, Parameter(negative="")]


def init(*, admin_email: str | None = None, admin_password_stdin: Flag = False) -> None:
    """Found a new organisation: its keys first, then its database, then its first administrator."""
    password = _from_stdin(wanted=admin_password_stdin)
    if (admin_email is None) != (password is None):
        sentence = "--admin-email and --admin-password-stdin go together."
        raise Refused("admin_incomplete", sentence)
    if password is not None:
        passwords.must_be_good(password, email=admin_email or "", name=ADMINISTRATOR)
    chosen = settings.read()
    ledger = found_ledger(chosen)
    if admin_email is not None:
        work = host_work(ledger)
        people.add_person(
            work, email=admin_email, name=ADMINISTRATOR, role=Role.ADMIN, password=password
        )
    say(f"Founded {ledger.origin} in {chosen.data_folder.absolute()}.")
    say(f"The keys are in {chosen.keys.absolute()}: `tocsin keys export` keeps a copy elsewhere.")


def serve(*, host: str | None = None, port: int | None = None) -> None:
    """Serve the pages, the API and the intake, and do the background work, in this process."""
    from tocsin.runtime import serve as serving  # noqa: PLC0415 - the framework, for this command only

    given = {"host": host, "port": port}
    chosen = settings.read(**{name: value for name, value in given.items() if value is not None})
    serving.serve(open_ledger(chosen), chosen)


def work() -> None:
    """Do background work only: for more machines on one PostgreSQL."""
    from tocsin.runtime import serve as serving  # noqa: PLC0415 - as above

    chosen = settings.read()
    serving.work(open_ledger(chosen), chosen)


@USER.command
def add(
    email: str,
    *,
    name: str | None = None,
    role: Role = Role.RESPONDER,
    password_stdin: Flag = False,
) -> None:
    """Add a person who signs in with an e-mail address and a password."""
    password = _from_stdin(wanted=password_stdin)
    called = name or email.partition("@")[0]
    ledger = open_ledger(settings.read())
    people.add_person(host_work(ledger), email=email, name=called, role=role, password=password)
    say(f"{email} signs in as {role} now.")


@AUDIENCE.command(name="list")
def list_audiences() -> None:
    """List the audiences and who is in them."""
    work = host_work(open_ledger(settings.read()))
    several = people.audiences(work)
    called = people.names_of(work, {member for one in several for member in one.members})
    for one in several:
        say(f"{one.name}: {', '.join(called[member] for member in one.members) or 'nobody'}")


@AUDIENCE.command
def admit(audience: Audience, who: Who) -> None:
    """Let somebody read and write what is for an audience only."""
    work = host_work(open_ledger(settings.read()))
    people.admit(work, audience.value, people.member_named(work, who))
    say(f"{who} reads what is for {audience} only.")


@AUDIENCE.command
def dismiss(audience: Audience, who: Who) -> None:
    """Let somebody read and write it no more."""
    work = host_work(open_ledger(settings.read()))
    people.dismiss(work, audience.value, people.member_named(work, who))
    say(f"{who} reads nothing any more that is for {audience} only.")


@TOKEN.command
def create(*, name: str, role: Role) -> None:
    """Make a token and print it, alone. It is shown only this once."""
    say(people.create_token(host_work(open_ledger(settings.read())), name=name, role=role))


@SOURCE.command(name="create")
def create_source(name: str, *, kind: SourceKind, peer_url: str | None = None) -> None:
    """Make a source and print where its alerts are to be sent, key included."""
    chosen = settings.read()
    ledger = open_ledger(chosen)
    _, key = alerts.create_source(host_work(ledger), name=name, kind=kind, peer_url=peer_url)
    for line in _where_to_send(chosen.address, kind, key):
        say(line)


@SOURCE.command(name="retire")
def retire_source(name: str) -> None:
    """Let a source send nothing any more, from now on: as when its key has leaked."""
    work = host_work(open_ledger(settings.read()))
    named = [known.source.id for known in alerts.sources(work) if known.source.name == name]
    if not named:
        raise Refused("unknown_source", f"There is no source {name} in use.")
    alerts.retire_source(work, named[0])
    say(f"{name} is retired; its key opens nothing any more.")


def _where_to_send(address: str, kind: SourceKind, key: str) -> list[str]:
    match kind:
        case SourceKind.PROMETHEUS:
            return [f"{address}/am/{key}"]
        case SourceKind.PAGERDUTY:
            return [f"{address}/v2/enqueue", f"routing key: {key}"]
        case SourceKind.ALERTMANAGER | SourceKind.GENERIC:
            return [f"{address}/intake/{key}"]


def _from_stdin(*, wanted: bool) -> str | None:
    return sys.stdin.readline().rstrip("\n") if wanted else None
