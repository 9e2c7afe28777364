"""Looking ahead: what declaring would do, which severity is spoken for, and what is known already.

Nothing is changed, and nothing is said that whoever asks may not see.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.incidents.commands.declaring import Declaration, completed, template_of
from tocsin.features.incidents.port import Effect, Foresee, Foreseen, Prospect
from tocsin.features.incidents.rows import IncidentRow, alike
from tocsin.features.incidents.rows.alike import Firing
from tocsin.features.incidents.rules.likeness import (
    LIKELY,
    POSSIBLE,
    Alike,
    likeness,
    shared_words,
)
from tocsin.features.incidents.rules.suggesting import Suggestion, suggested
from tocsin.features.incidents.terms import Mode
from tocsin.features.playbooks import rows as playbooks
from tocsin.features.playbooks.rules.choosing import tasks_of
from tocsin.features.playbooks.rules.severities import must_be_a_severity
from tocsin.features.playbooks.terms import KeptTemplate, SeverityCriteria
from tocsin.foundation.phrase import Phrase, phrase

LATELY: Final = timedelta(hours=24)
SHOWN_AT_MOST: Final = 4
MARKS: Final = {Mode.DRILL: phrase("DRILL"), Mode.TRAINING: phrase("TRAINING")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An incident that may be the same, and why it may."""

    row: IncidentRow
    reasons: tuple[str, ...]
    is_likely: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What is known before an incident is declared. `said` is what would be declared."""

    said: Declaration
    template: KeptTemplate | None
    criteria: SeverityCriteria
    suggestion: Suggestion | None
    known: tuple[Known, ...]
    foreseen: tuple[Foreseen, ...]


def preview(
    work: UnitOfWork, said: Declaration, foresees: Sequence[Foresee], *, is_over: bool = False
) -> Preview:
    """Look ahead. Refuses what declaring would refuse of the template."""
    if said.restricted_to is not None:
        work.actor.must_be_allowed_to(Permission.RESTRICT)
    work.actor.must_be_allowed_to(Permission.DECLARE)
    with work.look(Permission.SEE_INCIDENTS) as look:
        return preview_in(look, said, foresees, is_over=is_over)


def preview_in(
    look: Look, said: Declaration, foresees: Sequence[Foresee], *, is_over: bool
) -> Preview:
    """Look ahead within a look under way."""
    template = template_of(look, said)
    full = completed(said, template)
    if is_over and not full.mode.is_exercise:
        full = replace(full, mode=Mode.RETROSPECTIVE)
    firing = alike.firing_of(look, full.service)
    criteria = playbooks.criteria(look.rows)
    return Preview(
        said=full,
        template=template,
        criteria=criteria,
        suggestion=suggested(
            said.title,
            criteria,
            firing=firing.by_word,
            service=full.service,
            template=template,
        ),
        known=_known(look, full, said.title, firing),
        foreseen=_foreseen(look, full, template, foresees, is_over=is_over),
    )


def _known(look: Look, full: Declaration, title: str, firing: Firing) -> tuple[Known, ...]:
    """By the typed line: the words of a template stand in every title made with it."""
    now = look.ledger.clock()
    if not title.strip() and not full.service:
        return ()
    found: list[tuple[Alike, IncidentRow]] = []
    for row in alike.candidates(look, now - LATELY, exercises=full.mode.is_exercise):
        one = Alike(
            words=shared_words(title, row.title),
            of_titles=likeness(title, row.title),
            service=row.service if row.service and row.service == full.service else None,
            alerts=firing.by_incident.get(row.id, 0),
            age=now - row.declared_at,
        )
        if one.score >= POSSIBLE:
            found.append((one, row))
    best = sorted(found, key=lambda pair: (-pair[0].score, pair[0].age))[:SHOWN_AT_MOST]
    return tuple(
        Known(row=row, reasons=one.reasons, is_likely=one.score >= LIKELY) for one, row in best
    )


def _foreseen(
    look: Look,
    full: Declaration,
    template: KeptTemplate | None,
    foresees: Sequence[Foresee],
    *,
    is_over: bool,
) -> tuple[Foreseen, ...]:
    assert full.severity is not None, "a completed declaration has a severity"
    must_be_a_severity(full.severity)
    prospect = Prospect(
        severity=full.severity,
        mode=full.mode,
        service=full.service,
        is_restricted=full.restricted_to is not None,
        is_over=is_over,
        alerts=full.alerts,
    )
    later = [one for foresee in foresees for one in foresee(look, prospect)]
    if not any(one.effect is Effect.PAGED for one in later):
        later.insert(
            0,
            Foreseen(effect=Effect.PAGED, text=phrase("Nobody is paged: there is no paging here")),
        )
    return (*_own(prospect, full, template), *later)


def _own(prospect: Prospect, full: Declaration, template: KeptTemplate | None) -> list[Foreseen]:
    found = [Foreseen(effect=Effect.RECORDED, text=_recorded(prospect))]
    if template is not None:
        found.append(Foreseen(effect=Effect.PREPARED, text=_prepared(template, full)))
    seen = phrase("Everybody who may see incidents sees it")
    if prospect.is_restricted:
        seen = phrase("Only those who are named see it; for all others it is not there")
    found.append(Foreseen(effect=Effect.SEEN, text=seen))
    if prospect.mode.is_exercise:
        said = phrase(
            "It is marked %(mark)s wherever it is shown, and is in no figure and no other list",
            mark=MARKS[prospect.mode],
        )
        found.append(Foreseen(effect=Effect.FIGURES, text=said))
    return found


def _recorded(prospect: Prospect) -> Phrase:
    severity = prospect.severity
    if prospect.is_over:
        return phrase(
            "A Sev-%(n)s gets a reference and is in the record for good, "
            "acknowledged and resolved at once",
            n=severity,
        )
    return phrase("A Sev-%(n)s gets a reference and is in the record for good", n=severity)


def _prepared(template: KeptTemplate, full: Declaration) -> Phrase:
    tasks = len(tasks_of(template.template))
    several = phrase("1 first task") if tasks == 1 else phrase("%(n)s first tasks", n=tasks)
    return phrase(
        "Template %(name)s, version %(version)s: “%(title)s”, %(tasks)s",
        name=template.name,
        version=template.version,
        title=full.title,
        tasks=several,
    )
