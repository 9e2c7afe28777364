"""Says beforehand what an incident would silence at the monitors, by the rules that settle it."""

from collections.abc import Sequence

from tocsin.access.policy import Permission
from tocsin.access.work import Look
from tocsin.features.alerts.rows import occurrences, source_names
from tocsin.features.incidents.port import Effect, Foreseen, Prospect
from tocsin.features.mirroring import rows
from tocsin.features.mirroring.commands.settling import is_wanted
from tocsin.features.mirroring.lifecycle import is_mirrored
from tocsin.features.mirroring.terms import LASTS


def foresee(look: Look, prospect: Prospect) -> Sequence[Foreseen]:
    """What would be silent where once somebody has the incident in hand."""
    peers = rows.peers(look.rows)
    if not peers or Permission.SEE_ALERTS not in look.actor.may:
        return []
    return [Foreseen(effect=Effect.MIRRORED, text=_said(look, prospect, peers))]


def _said(look: Look, prospect: Prospect, peers: dict[str, str]) -> str:
    if not is_mirrored(prospect.mode):
        return f"Nothing is silenced at a monitor: it is {prospect.mode}, not live"
    linked = occurrences.by_ids(look.rows, prospect.alerts)
    wanted = [one for one in linked if one.is_firing and is_wanted(one, peers)]
    names = source_names(look.rows)
    hours = int(LASTS.total_seconds() // 3600)
    if not wanted:
        known = ", ".join(sorted(names.get(source, source) for source in peers))
        return (
            f"Alerts that join it are silenced for {hours} h, once it is acknowledged, at {known}"
        )
    where = ", ".join(sorted({names.get(one.source, one.source) for one in wanted}))
    labels = len({(one.source, one.key) for one in wanted})
    several = "1 alert is" if labels == 1 else f"{labels} alerts are"
    return f"{several} silenced for {hours} h, once it is acknowledged, at {where}"
