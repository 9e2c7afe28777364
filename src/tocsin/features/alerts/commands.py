"""What can be asked of sources, of alerts and of dead letters."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork, WorkChange
from tocsin.features.alerts import lifecycle, rows
from tocsin.features.alerts.events import AlertClosed, DeadLetterReplayed
from tocsin.features.alerts.rows import SOURCE, DeadLetter, Health, Occurrence, Wanted
from tocsin.features.alerts.rules.received import Inclusion
from tocsin.features.alerts.state import Source
from tocsin.features.alerts.terms import Actionability, SourceKind
from tocsin.foundation.identifiers import new_id, new_secret
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import Entry
from tocsin.ledger.words import Text

Submit = Callable[[DeadLetter, bytes], None]
"""Lets the intake read a body again as if it came now; refuses with the reason where it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSource:
    """A source with the version that a change of it may be made conditional on."""

    id: str
    version: int
    source: Source


def create_source(
    work: UnitOfWork, *, name: str, kind: SourceKind, peer_url: str | None = None
) -> tuple[str, str]:
    """Let a monitor send alerts. Answers the source's id and its key, which is shown only this once."""
    key = _new_key(kind)
    with work.change(Permission.MANAGE_SOURCES) as change:
        events = lifecycle.create(
            name=name, kind=kind, key_digest=key_digest(key), peer_url=peer_url
        )
        _name_must_be_free(change, name, None)
        id_ = new_id(change.now)
        change.record(SOURCE, id_, events)
        rows.move_generation(change.rows)
        change.concerns(id_)
    return id_, key


def replace_source_key(work: UnitOfWork, id: str, *, expected: int | None = None) -> str:
    """Give a source another key, shown only this once; the one before stops at once."""
    shown = one_source(work, id)
    key = _new_key(shown.source.kind)

    def decide(source: Source) -> lifecycle.Decision:
        return lifecycle.replace_key(source, key_digest=key_digest(key))

    _decide(work, id, decide, expected)
    return key


def change_source(
    work: UnitOfWork,
    id: str,
    *,
    name: str,
    peer_url: str | None,
    rate: int,
    expected: int | None = None,
) -> ShownSource:
    """Call a source otherwise, place its peer elsewhere, or let it send more or less."""

    def decide(source: Source) -> lifecycle.Decision:
        return lifecycle.change(source, name=name, peer_url=peer_url, rate=rate)

    return _decide(work, id, decide, expected)


def retire_source(work: UnitOfWork, id: str, *, expected: int | None = None) -> ShownSource:
    """Let a source send nothing any more, from now on."""
    return _decide(work, id, lifecycle.retire, expected)


def one_source(work: UnitOfWork, id: str) -> ShownSource:
    """One source."""
    with work.look(Permission.SEE_ALERTS) as look:
        source, version = look.load_versioned(SOURCE, id)
        return ShownSource(id=id, version=version, source=source)


def sources(work: UnitOfWork) -> list[Health]:
    """The sources in use, with when each was last heard."""
    with work.look(Permission.SEE_ALERTS) as look:
        return rows.health(look.rows)


def key_digest(key: str) -> str:
    """What is kept of a key: enough to know it again."""
    return sha256(key.encode()).hexdigest()


def listed(work: UnitOfWork, wanted: Wanted) -> list[Occurrence]:
    """One page of alerts, newest first."""
    with work.look(Permission.SEE_ALERTS) as look:
        return rows.listed(look, wanted)


def one(work: UnitOfWork, id: str) -> Occurrence:
    """One alert. Refuses `unknown_alert`."""
    with work.look(Permission.SEE_ALERTS) as look:
        return _known(rows.one(look.rows, id), id)


def history(work: UnitOfWork, id: str) -> list[Entry]:
    """What people did to an alert, oldest first."""
    with work.look(Permission.SEE_ALERTS) as look:
        _known(rows.one(look.rows, id), id)
        return work.ledger.history(look.rows, f"alert:{id}")


def close_alert(
    work: UnitOfWork,
    id: str,
    *,
    actionability: Actionability,
    reason: str | None = None,
) -> Occurrence:
    """Say that an alert is over and whether there was anything to do; the same key may fire anew."""
    with work.change(Permission.WORK_ON_ALERTS) as change:
        alert = _known(rows.one(change.rows, id), id)
        if change.earlier is not None or alert.actionability == actionability:
            return alert
        said = Text(reason.strip()) if reason and reason.strip() else None
        change.note(f"alert:{id}", AlertClosed(actionability=actionability, reason=said))
        rows.close(change.rows, id, actionability.value, change.now)
        change.concerns(id)
        return _known(rows.one(change.rows, id), id)


def payload(work: UnitOfWork, id: str) -> bytes:
    """The body that opened an alert, as it came."""
    with work.look(Permission.SEE_ALERTS) as look:
        alert = _known(rows.one(look.rows, id), id)
        return rows.signal_body(look.rows, work.ledger.keys.encryption, alert.signal or "")


def dead_letters(
    work: UnitOfWork, *, waiting_only: bool = True, after: str | None = None, limit: int = 50
) -> list[DeadLetter]:
    """What could not be read, newest first."""
    with work.look(Permission.SEE_ALERTS) as look:
        return rows.dead_letters(look.rows, waiting_only=waiting_only, after=after, limit=limit)


def replay_dead_letter(work: UnitOfWork, id: str, submit: Submit) -> None:
    """Read a dead letter again. Refuses with the reason where it still cannot be read."""
    work.actor.must_be_allowed_to(Permission.WORK_ON_ALERTS)
    with work.ledger.read() as looked:
        letter, body = rows.dead_letter(looked, work.ledger.keys.encryption, id)
    if letter.replayed_at is not None:
        raise Refused("already_replayed", "This dead letter was replayed before.")
    submit(letter, body)
    with work.change(Permission.WORK_ON_ALERTS) as change:
        rows.mark_replayed(change.rows, id, work.actor.by.id, change.now)
        change.note("signals:dead-letters", DeadLetterReplayed(letter=id))


def prove_received(work: UnitOfWork, digest: bytes, around: datetime) -> Inclusion:
    """The proof that a body (by its SHA-256) was received about then. Refuses `unknown_signal`."""
    with work.look(Permission.READ_LEDGER) as look:
        found = rows.inclusion_of(look.rows, digest, around)
    if found is None:
        raise Refused("unknown_signal", "No such body was received about then.")
    return found


def _new_key(kind: SourceKind) -> str:
    """PagerDuty's clients insist on a routing key of 32 characters; these have 128 random bits."""
    return secrets.token_hex(16) if kind is SourceKind.PAGERDUTY else new_secret("src")


def _decide(
    work: UnitOfWork,
    id: str,
    decide: Callable[[Source], lifecycle.Decision],
    expected: int | None,
) -> ShownSource:
    with work.change(Permission.MANAGE_SOURCES) as change:
        source, version = change.load_versioned(SOURCE, id)
        if change.earlier is not None:
            return ShownSource(id=id, version=version, source=source)
        if expected is not None and expected != version:
            raise Refused(
                "changed_meanwhile", "Somebody changed this source meanwhile. Look again."
            )
        events = decide(source)
        after = change.record(SOURCE, id, events) if events else source
        _name_must_be_free(change, after.name, id)
        rows.move_generation(change.rows)
        change.concerns(id)
        return ShownSource(id=id, version=version + len(events), source=after)


def _name_must_be_free(change: WorkChange, name: str, own: str | None) -> None:
    holder = rows.source_named(change.rows, " ".join(name.split()))
    if holder is not None and holder != own:
        raise Refused(
            "source_exists", phrase("There is a source called %(name)s already.", name=name)
        )


def _known(alert: Occurrence | None, id: str) -> Occurrence:
    if alert is None:
        raise Refused("unknown_alert", phrase("There is no alert %(id)s.", id=id))
    return alert
