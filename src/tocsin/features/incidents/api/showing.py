"""Shows incidents: chooses, field by field, what a viewer gets of a record."""

from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.api.sealed import Seal
from tocsin.api.told import PersonShown, person, plain, told
from tocsin.features.alerts.rows import Occurrence
from tocsin.features.incidents.api import showing_roles
from tocsin.features.incidents.api.shown import (
    AlertShown,
    AnchorShown,
    ChangeShown,
    ClockShown,
    EntryShown,
    FactShown,
    ImpactShown,
    IncidentShown,
    ListedShown,
    NotedShown,
    SituationShown,
)
from tocsin.features.incidents.rows import IncidentRow
from tocsin.features.incidents.rows.entries import EntryRow
from tocsin.features.incidents.rules.clocks import ClockOf
from tocsin.features.incidents.sentences import sentence
from tocsin.features.incidents.state import Incident, MarkedChange, Situation, StatedFact
from tocsin.foundation.refusal import Refused
from tocsin.ledger.entry import Entry
from tocsin.ledger.words import shown

Names = Mapping[str, str]


def incident(it: Incident, names: Names) -> IncidentShown:
    """Choose what is shown of an incident."""
    named = it.restricted_to
    return IncidentShown(
        reference=it.reference,
        title=shown(it.title),
        severity=it.severity,
        mode=it.mode,
        phase=it.phase,
        phase_since=it.phase_since,
        is_open=it.is_open,
        service=it.service,
        team=it.team,
        template=it.template,
        template_version=it.template_version,
        rule=it.rule,
        declared_at=it.declared_at,
        declared_by=person(it.declared_by, names),
        commander=_somebody(it.commander, names),
        acknowledged_at=it.acknowledged_at,
        acknowledged_by=_somebody(it.acknowledged_by, names),
        mitigated_at=it.mitigated_at,
        resolved_at=it.resolved_at,
        closed_at=it.closed_at,
        reopened=it.reopened,
        actionability=it.actionability,
        alerts=len(it.alerts),
        impacts=_impacts(it),
        anchors=_anchors(it, names),
        facts=tuple(_fact(stated) for stated in it.facts),
        situation=None if it.situation is None else situation(it.situation, names),
        changes=tuple(_change(one, names) for one in it.changes),
        restricted_to=None if named is None else tuple(person(p, names) for p in sorted(named)),
        roles=showing_roles.roles(it, names),
        responders=showing_roles.responders(it, names),
        followers=showing_roles.followers(it, names),
        tasks=tuple(showing_roles.task(task, names) for task in it.tasks),
    )


def people_of(it: Incident) -> set[str]:
    """The ids of the people shown with an incident."""
    some = {it.declared_by, it.commander, it.acknowledged_by, *(a.by for a in it.anchors)}
    some |= {one.by for one in it.changes} | ({it.situation.by} if it.situation else set())
    some |= showing_roles.people_of(it)
    return {id_ for id_ in some | (it.restricted_to or frozenset()) if id_ is not None}


def listed(row: IncidentRow, names: Names, tags: tuple[str, ...]) -> ListedShown:
    """Choose what is shown of a line."""
    return ListedShown(
        reference=row.reference,
        title=row.title,
        severity=row.severity,
        mode=row.mode,
        phase=row.phase,
        service=row.service,
        team=row.team,
        commander=_somebody(row.commander, names),
        alerts=row.alerts,
        reopened=row.reopened,
        declared_at=row.declared_at,
        updated_at=row.updated_at,
        next_clock=ClockShown(at=row.clock_at, of=ClockOf(row.clock_of)) if row.clock_of else None,
        tags=tags,
        is_restricted=row.is_restricted,
    )


def alert(it: Occurrence) -> AlertShown:
    """Choose what is shown of an alert."""
    return AlertShown(
        id=it.id,
        state=it.state,
        title=it.title,
        severity=it.severity,
        service=it.service,
        labels=it.labels,
        signals=it.signals,
        starts_at=it.starts_at,
        received_at=it.received_at,
        acknowledged_at=it.acknowledged_at,
        closed_at=it.closed_at,
        link=it.link,
    )


def situation(it: Situation, names: Names) -> SituationShown:
    """Choose what is shown of a situation."""
    return SituationShown(
        happening=None if it.happening is None else shown(it.happening),
        belief=None if it.belief is None else shown(it.belief),
        next_steps=None if it.next_steps is None else shown(it.next_steps),
        next_update_at=it.next_update_at,
        stated_at=it.at,
        stated_by=person(it.by, names),
    )


def _change(it: MarkedChange, names: Names) -> ChangeShown:
    return ChangeShown(
        change=it.change, role=it.role, marked_at=it.at, marked_by=person(it.by, names)
    )


def noted(
    it: IncidentShown, mentions: Sequence[str], unseeing: Sequence[str], names: Names
) -> NotedShown:
    """An incident as shown, with whom a note on it mentions."""
    fields = {name: getattr(it, name) for name in it.__dataclass_fields__}
    return NotedShown(
        **fields,
        mentions=tuple(person(one, names) for one in mentions),
        unseeing=tuple(person(one, names) for one in unseeing),
    )


def entry(it: Entry, row: EntryRow, ids: Mapping[int, str], names: Names) -> EntryShown:
    """Choose what is shown of an entry; `ids` are the viewer's names for the incident's entries."""
    parts = told(sentence(it.event, it.by.id), names)
    corrects: int | None = _stated(it, "corrects")
    instant = _stated(it, "occurred_at") or _stated(it, "instant") or _stated(it, "began")
    return EntryShown(
        id=ids[it.seq],
        kind=it.kind,
        recorded_at=it.at,
        by=person(it.by.id, names),
        text=plain(parts),
        parts=parts,
        occurred_at=instant,
        precision=_stated(it, "precision"),
        basis=_stated(it, "basis"),
        corrects=None if corrects is None else ids.get(corrects),
        corrected_by=None if row.corrected_by is None else ids.get(row.corrected_by),
        is_key_moment=row.is_key,
        audience=row.audience,
    )


def entry_id(seal: Seal, reference: str, version: int) -> str:
    """A viewer's own name for an entry of an incident."""
    return seal.close(f"entry of {reference}", version.to_bytes(8))


def entry_version(seal: Seal, reference: str, id_: str) -> int:
    """The version of the entry that a viewer's name means. Refuses `no_such_entry`."""
    version = seal.open(f"entry of {reference}", id_)
    if version is None:
        raise Refused("no_such_entry", "This is not the id of an entry of this timeline.")
    return int.from_bytes(version)


def _stated(it: Entry, name: str) -> Any:  # noqa: ANN401 - whatever the event holds by that name
    return getattr(it.event, name, None)


def _somebody(id_: str | None, names: Names) -> PersonShown | None:
    return None if id_ is None else person(id_, names)


def _impacts(it: Incident) -> tuple[ImpactShown, ...]:
    return tuple(
        ImpactShown(
            began=period.began,
            ended=period.ended,
            degree=period.degree,
            planned=period.planned,
            basis=period.basis,
            service=period.service,
            region=period.region,
        )
        for period in it.impacts
    )


def _anchors(it: Incident, names: Names) -> tuple[AnchorShown, ...]:
    return tuple(
        AnchorShown(
            anchor=stated.anchor,
            instant=stated.instant,
            regime=stated.regime,
            by=person(stated.by, names),
        )
        for stated in it.anchors
    )


def _fact(stated: StatedFact) -> FactShown:
    fact = stated.fact
    return FactShown(
        name=fact.name,
        unit=fact.unit,
        stated_at=stated.at,
        source=stated.source,
        value=fact.value,
        low=fact.low,
        high=fact.high,
        numerator=fact.numerator,
        denominator=fact.denominator,
        currency=fact.currency,
        money_kind=fact.money_kind,
        service=fact.service,
        region=fact.region,
        is_estimate=fact.is_estimate,
    )
