"""What the answers of a peer mean."""

from datetime import datetime
from http import HTTPStatus

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.mirroring.events import Ended, Failed, Held, LiftFailed, MirrorEvent
from tocsin.features.mirroring.rows import MIRRORING
from tocsin.features.mirroring.rules import wire
from tocsin.features.mirroring.terms import Why
from tocsin.ledger.due import Claimed
from tocsin.ledger.words import Text
from tocsin.outbox.call import Outcome
from tocsin.storage.lanes import Lane

OVER_ALREADY = b"already expired"
"""Alertmanager answers 500 where a silence to be ended is over; there is nothing left to do."""


def silenced(work: UnitOfWork, claimed: Claimed, outcome: Outcome) -> None:
    """Record what became of asking for a silence."""
    facts = claimed.call.facts
    made = wire.made(outcome.reply) if outcome.was_taken else None
    if made is not None:
        held = Held(
            silence=made,
            ends_at=datetime.fromisoformat(facts["ends_at"]),
            names_reference=facts["names_reference"],
        )
        _record(work, facts["mirroring"], held)
    elif outcome.is_final:
        word = "It answered something that is no silence." if outcome.was_taken else outcome.word
        _record(work, facts["mirroring"], Failed(reason=Text(word)))


def lifted(work: UnitOfWork, claimed: Claimed, outcome: Outcome) -> None:
    """Record what became of asking to end a silence."""
    facts = claimed.call.facts
    if "extra" in facts:
        return
    is_gone = outcome.status == HTTPStatus.NOT_FOUND or OVER_ALREADY in outcome.reply
    if outcome.was_taken or is_gone:
        _record(work, facts["mirroring"], Ended(why=Why.LIFTED))
    elif outcome.is_final:
        _record(work, facts["mirroring"], LiftFailed(reason=Text(outcome.word)))


def _record(work: UnitOfWork, id_: str, event: MirrorEvent) -> None:
    with work.change(Permission.RUN, Lane.MACHINES) as change:
        change.record(MIRRORING, id_, [event])
