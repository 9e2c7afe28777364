"""What people state about it."""

from datetime import datetime
from typing import assert_never

from tocsin.access.policy import Audience
from tocsin.features.incidents.events import (
    AnchorStated,
    ChangeMarked,
    DecisionTaken,
    ImpactFactStated,
    ImpactPeriodStated,
    Noted,
    Retitled,
    RunbookFollowed,
    WorkaroundApplied,
)
from tocsin.features.incidents.lifecycle.life import Decision
from tocsin.features.incidents.terms import NoteKind
from tocsin.foundation.refusal import Refused

Statement = (
    Noted
    | DecisionTaken
    | AnchorStated
    | ImpactFactStated
    | ImpactPeriodStated
    | WorkaroundApplied
    | RunbookFollowed
    | ChangeMarked
    | Retitled
)


def state(statement: Statement, now: datetime) -> Decision:
    """Put a statement on the record, unless it tells of what has not happened yet."""
    match statement:
        case Noted(kind=NoteKind.STATUS_UPDATE, audience=Audience()):
            raise Refused("bad_audience", "A status update is for everybody.")
        case Noted(occurred_at=instant) | ImpactFactStated(occurred_at=instant):
            must_have_been(instant, now)
        case AnchorStated(instant=instant):
            must_have_been(instant, now)
        case ImpactPeriodStated(began=began, ended=ended, planned=planned):
            if ended is not None and ended < began:
                raise Refused("ends_before_it_began", "The impact cannot end before it began.")
            if not planned:
                must_have_been(ended or began, now)
        case DecisionTaken() | WorkaroundApplied() | RunbookFollowed() | ChangeMarked():
            pass
        case Retitled():
            pass
        case _:
            assert_never(statement)
    return [statement]


def must_have_been(instant: datetime | None, now: datetime) -> None:
    """Refuse `in_the_future` for what has not happened yet."""
    if instant is not None and instant > now:
        raise Refused("in_the_future", "What is stated cannot lie in the future.")
