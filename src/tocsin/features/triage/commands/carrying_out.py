"""Carries out what was decided, within a change under way: incidents open, alerts join, in words."""

from collections.abc import Sequence
from typing import Final, assert_never

from tocsin.access.work import WorkChange
from tocsin.features.incidents import commands as incidents
from tocsin.features.incidents import lifecycle as life
from tocsin.features.incidents.commands import Declaration
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.terms import Basis
from tocsin.features.triage import rows
from tocsin.features.triage.rules import reasons
from tocsin.features.triage.rules.judging import severity_of
from tocsin.features.triage.rules.template import filled
from tocsin.features.triage.state import Join, Match, Open, OpenStorm, Reopen, Standing, Step
from tocsin.foundation.one_line import one_line
from tocsin.ledger.words import Text


def carry_out(change: WorkChange, step: Step, standing: Standing) -> None:
    """Let one decision happen."""
    why = reasons.matched(step.matches, standing)
    match step:
        case Join(incident=incident, matches=matches, is_storm=is_storm):
            said = reasons.storm_went_on(matches, standing) if is_storm else why
            _join(change, incident, matches, said, standing.name)
        case Reopen(incident=incident, matches=matches):
            _reopen(change, incident, matches)
            _join(change, incident, matches, why, standing.name)
        case Open(matches=matches):
            first = matches[0]
            title = filled(standing.rule.title, first.alert, first.group.words)
            incident = _open(change, matches, standing, (title, None))
            _join(change, incident, matches, why, standing.name)
        case OpenStorm(matches=matches):
            words = (reasons.storm_title(matches), reasons.storm(matches, standing))
            incident = _open(change, matches, standing, words)
            _join(change, incident, matches, why, standing.name)
        case _:
            assert_never(step)


def _open(
    change: WorkChange,
    matches: Sequence[Match],
    standing: Standing,
    words: tuple[str, str | None],
) -> str:
    title, reason = words
    alerts = [match.alert for match in matches]
    declared = incidents.declare_in(
        change,
        Declaration(
            title=title,
            severity=min(severity_of(alert, standing.rule) for alert in alerts),
            impact_began=min(change.now, *(alert.starts_at for alert in alerts)),
            impact_basis=Basis.MEASURED,
            service=_shared([alert.service for alert in alerts]),
            team=_shared([alert.team for alert in alerts]),
            rule=standing.name,
            reason=reason,
        ),
    )
    is_storm = reason is not None
    rows.keep_opening(change.rows, declared.id, matches, change.now, is_storm=is_storm)
    return declared.id


def _join(change: WorkChange, incident: str, matches: Sequence[Match], why: str, rule: str) -> None:
    reference = change.load(INCIDENT, incident).reference
    alerts = tuple(match.alert.id for match in matches)
    incidents.join_alerts_in(change, reference, alerts=alerts, rule=rule, reason=why)
    rows.keep_joined(change.rows, incident, matches, change.now)


def _reopen(change: WorkChange, incident: str, matches: Sequence[Match]) -> None:
    """The harm is back since the first of these alerts, though never before it was over."""
    state = change.load(INCIDENT, incident)
    ended = max((period.ended for period in state.impacts if period.ended), default=change.now)
    began = max(ended, min(change.now, *(match.alert.starts_at for match in matches)))
    why = Text("An alert of the same group fired again within the window of the rule.")
    decided = life.reopen(state, impact_began=began, basis=Basis.MEASURED, reason=why)
    change.record(INCIDENT, incident, decided)


LONGEST_NAME: Final = 200
"""A sender may call a service whatever it likes; an incident is listed and looked up by it."""


def _shared(values: Sequence[str | None]) -> str | None:
    """What all of them have in common, as one line of no more than so many signs."""
    common = values[0] if len(set(values)) == 1 else None
    return one_line(common or "")[:LONGEST_NAME].strip() or None
