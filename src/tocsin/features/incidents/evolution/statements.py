"""What statements mean: the one that is corrected is no longer current."""

from dataclasses import replace
from typing import assert_never

from tocsin.features.incidents.events import (
    AnchorStated,
    ImpactFactStated,
    ImpactPeriodStated,
)
from tocsin.features.incidents.state import Anchor, ImpactPeriod, Incident, StatedFact
from tocsin.features.incidents.terms import Degree
from tocsin.ledger.entry import Recorded

Statement = AnchorStated | ImpactFactStated | ImpactPeriodStated


def stated(incident: Incident, event: Statement, on: Recorded) -> Incident:
    """The incident with a statement more; the statement that it corrects is no longer current."""
    match event:
        case AnchorStated():
            anchor = Anchor(
                seq=on.seq,
                anchor=event.anchor,
                instant=event.instant,
                regime=event.regime,
                by=on.by.id,
            )
            kept = tuple(one for one in incident.anchors if one.seq != event.corrects)
            return replace(incident, anchors=(*kept, anchor))
        case ImpactFactStated():
            fact = StatedFact(seq=on.seq, at=on.at, fact=event.fact, source=event.source)
            facts = tuple(one for one in incident.facts if one.seq != event.corrects)
            return replace(incident, facts=(*facts, fact))
        case ImpactPeriodStated():
            periods = tuple(one for one in incident.impacts if one.seq != event.corrects)
            return replace(incident, impacts=(*periods, _period(event, on.seq)))
        case _:
            assert_never(event)


def _period(event: ImpactPeriodStated, seq: int) -> ImpactPeriod:
    return ImpactPeriod(
        seq=seq,
        began=event.began,
        ended=event.ended,
        degree=Degree(event.degree),
        planned=event.planned,
        basis=event.basis,
        service=event.service,
        region=event.region,
    )
