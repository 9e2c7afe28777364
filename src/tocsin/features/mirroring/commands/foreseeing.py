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
from tocsin.foundation.phrase import Phrase, phrase


def foresee(look: Look, prospect: Prospect) -> Sequence[Foreseen]:
    """What would be silent where once somebody has the incident in hand."""
    peers = rows.peers(look.rows)
    if not peers or Permission.SEE_ALERTS not in look.actor.may:
        return []
    return [Foreseen(effect=Effect.MIRRORED, text=_said(look, prospect, peers))]


def _said(look: Look, prospect: Prospect, peers: dict[str, str]) -> Phrase:
    if not is_mirrored(prospect.mode):
        mode = phrase(prospect.mode.value)
        return phrase("Nothing is silenced at a monitor: it is %(mode)s, not live", mode=mode)
    linked = occurrences.by_ids(look.rows, prospect.alerts)
    wanted = [one for one in linked if one.is_firing and is_wanted(one, peers)]
    names = source_names(look.rows)
    hours = int(LASTS.total_seconds() // 3600)
    if not wanted:
        return phrase(
            "Alerts that join it are silenced for %(hours)s h, once it is acknowledged, at %(where)s",
            hours=hours,
            where=", ".join(sorted(names.get(source, source) for source in peers)),
        )
    where = ", ".join(sorted({names.get(one.source, one.source) for one in wanted}))
    return _silenced(len({(one.source, one.key) for one in wanted}), hours, where)


def _silenced(alerts: int, hours: int, where: str) -> Phrase:
    if alerts == 1:
        return phrase(
            "1 alert is silenced for %(hours)s h, once it is acknowledged, at %(where)s",
            hours=hours,
            where=where,
        )
    return phrase(
        "%(n)s alerts are silenced for %(hours)s h, once it is acknowledged, at %(where)s",
        n=alerts,
        hours=hours,
        where=where,
    )
