"""Host commands for an upgrade, and for asking whether all is well: upgrade, doctor."""

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter
from sqlalchemy import func, select

from tocsin.features.mail_in.rows import waiting_letters
from tocsin.foundation.clock import system_clock
from tocsin.foundation.refusal import Refused
from tocsin.ledger import backup as backups
from tocsin.ledger import checkpoint, keys, verification, witness
from tocsin.ledger.due import DUE
from tocsin.ledger.follow import count_parked
from tocsin.ledger.ledger import Ledger
from tocsin.runtime import settings
from tocsin.runtime.keys_cli import EXPORTED
from tocsin.runtime.ledger_cli import say
from tocsin.runtime.mail_in import place_of
from tocsin.runtime.opening import open_database, open_ledger
from tocsin.runtime.outside import mail_terms
from tocsin.runtime.settings import Settings
from tocsin.storage.migrating import Migrations
from tocsin.web.watch import OLD

OWNER_ONLY: Final = 0o077
GREETING_SECONDS: Final = 5


def upgrade(*, check: Annotated[bool, Parameter(negative="")] = False) -> int:
    """Bring the database to this version's schema; with --check only say what is needed (exit 1)."""
    chosen = settings.read()
    database, migrations = open_database(chosen), Migrations()
    with database.read() as rows:
        steps = migrations.outstanding(rows)
    for step in steps:
        say(f"{step.revision}: {step.sentence}")
    if not steps:
        say("The database is up to date.")
        return 0
    if check:
        say("Nothing was changed. Run `tocsin upgrade` while no other Tocsin is running.")
        return 1
    copy = _copied(chosen, migrations.newest)
    with database.write() as rows:
        migrations.run(rows)
    say(f"Upgraded to schema {migrations.newest}. The database as it was is in {copy}.")
    return 0


def _copied(chosen: Settings, newest: str) -> Path:
    """Keep the database as it was before anything is touched."""
    stamp = system_clock().strftime("%Y%m%dT%H%M%S")
    database = open_database(chosen)
    kind = "db" if database.is_sqlite else "zip"
    copy = chosen.data_folder / f"before-{newest}-{stamp}.{kind}"
    copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    backups.copy_before_upgrade(database, copy)
    return copy


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at: whether it is well, and what to do where it is not."""

    is_well: bool
    sentence: str


def doctor() -> int:
    """Look at keys, database, ledger, outbox and disk; exit 1 where something needs a person."""
    chosen = settings.read()
    findings = list(_examined(chosen))
    for finding in findings:
        say(f"{'ok  ' if finding.is_well else 'LOOK'}  {finding.sentence}")
    return 0 if all(finding.is_well for finding in findings) else 1


def _examined(chosen: Settings) -> Iterator[Finding]:
    try:
        ledger = open_ledger(chosen)
    except Refused as refused:
        yield Finding(is_well=False, sentence=refused.reason)
        return
    yield Finding(
        is_well=True, sentence="The database opens, has this version's schema and guards."
    )
    examinations: list[Callable[[Settings, Ledger], Finding]] = [
        _keys_are_private,
        _keys_are_elsewhere_too,
        _checkpoint_is_fresh,
        _rows_agree,
        _witness_is_outside,
        _nothing_is_parked,
        _nothing_is_dead,
        _mail_can_be_sent,
        _mail_comes_in,
    ]
    for examine in examinations:
        yield examine(chosen, ledger)


def _keys_are_private(chosen: Settings, _: Ledger) -> Finding:
    files = [chosen.keys / name for name in (keys.ENCRYPTION_FILE, keys.SIGNING_FILE)]
    private = not any(file.stat().st_mode & OWNER_ONLY for file in files)
    told = (
        "Only their owner can read the keys." if private else "Others can read the keys: chmod 600."
    )
    return Finding(private, told)


def _keys_are_elsewhere_too(chosen: Settings, _: Ledger) -> Finding:
    exported = (chosen.keys / EXPORTED).exists()
    sentence = "The keys were exported."
    if not exported:
        sentence = (
            "The keys were never exported: without them every word is lost. `tocsin keys export`."
        )
    return Finding(exported, sentence)


def _checkpoint_is_fresh(_: Settings, ledger: Ledger) -> Finding:
    with ledger.read() as rows:
        last = checkpoint.newest(rows)
    if last is None:
        return Finding(
            is_well=False, sentence="No checkpoint was ever signed: is `tocsin serve` up?"
        )
    age = ledger.clock() - last.at
    fresh = age <= checkpoint.ALWAYS * 2
    return Finding(fresh, f"The last checkpoint was signed {last.at:%Y-%m-%d %H:%M} UTC.")


def _rows_agree(_: Settings, ledger: Ledger) -> Finding:
    with ledger.read() as rows:
        last = verification.newest(rows, ledger.keys.encryption)
    if last is None:
        return Finding(
            is_well=False, sentence="Rows and ledger were never compared: is `tocsin serve` up?"
        )
    found: verification.Verified = last.event
    when = f"{last.at:%Y-%m-%d %H:%M} UTC"
    if found.faults:
        named = ", ".join(found.named)
        sentence = f"Compared {when}: {found.faults} faults, at {named}. `tocsin ledger verify`."
        return Finding(is_well=False, sentence=sentence)
    is_recent = ledger.clock() - last.at <= OLD
    return Finding(is_recent, f"Rows and ledger agree; they were last compared {when}.")


def _witness_is_outside(_: Settings, ledger: Ledger) -> Finding:
    with ledger.read() as rows:
        count = witness.count(rows)
    if not count:
        sentence = (
            "No outside witness: integrity rests on this machine. Keep what "
            "`tocsin ledger checkpoint` prints elsewhere."
        )
        return Finding(is_well=False, sentence=sentence)
    several = "" if count == 1 else "s"
    return Finding(is_well=True, sentence=f"{count} checkpoint{several} went outside.")


def _nothing_is_parked(_: Settings, ledger: Ledger) -> Finding:
    with ledger.read() as rows:
        count = count_parked(rows)
    sentence = f"{count} entries are parked: background work could not read them."
    return Finding(not count, f"{sentence} `tocsin parked ls`." if count else sentence)


def _nothing_is_dead(_: Settings, ledger: Ledger) -> Finding:
    with ledger.read() as rows:
        count = rows.scalar(select(func.count()).where(DUE.c.state == "dead")) or 0
    return Finding(not count, f"{count} calls to the outside were given up: see Dead letters.")


def _mail_can_be_sent(chosen: Settings, _: Ledger) -> Finding:
    told = "Mail goes out." if chosen.smtp_url else "No `smtp_url` is set: no mail is sent."
    return Finding(bool(chosen.smtp_url), told)


def _mail_comes_in(chosen: Settings, ledger: Ledger) -> Finding:
    """Whether somebody greets where mail is to be brought, and how much of it did nothing."""
    place = place_of(chosen)
    mail_terms(chosen)
    if place is None:
        return Finding(is_well=True, sentence="No mail is taken in (`mail_in`).")
    if not _is_greeted(place):
        sentence = f"Nobody takes mail in at {chosen.mail_in}: is `tocsin serve` up?"
        return Finding(is_well=False, sentence=sentence)
    with ledger.read() as rows:
        count = waiting_letters(rows)
    letters = f", {count} dead letters wait (`tocsin mail-address letters`)" if count else ""
    return Finding(is_well=True, sentence=f"Mail comes in at {chosen.mail_in}{letters}.")


def _is_greeted(place: tuple[str, int]) -> bool:
    try:
        with smtplib.SMTP(*place, timeout=GREETING_SECONDS):
            return True
    except (OSError, smtplib.SMTPException):
        return False
