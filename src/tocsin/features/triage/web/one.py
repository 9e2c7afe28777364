"""One alert: what it said, how often, whose incident it is and why, and who silenced it."""

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.alerts import rows as alerts
from tocsin.features.alerts.rows import Occurrence
from tocsin.features.alerts.sentences import of_alert
from tocsin.features.alerts.terms import Actionability
from tocsin.features.mirroring import rows as mirroring
from tocsin.features.triage import rows
from tocsin.features.triage.web import why
from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.web.page import page
from tocsin.web.telling import told
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]


@get("/{alert:str}", sync_to_thread=True)
def show(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], alert: FromPath[str]
) -> Response[str]:
    """Show an alert."""
    with work.look(Permission.SEE_ALERTS) as look:
        found = alerts.one(look.rows, alert)
        if found is None:
            raise Refused("unknown_alert", phrase("There is no alert %(alert)s.", alert=alert))
        values = _values(look, viewer, found)
    return page(request, viewer, "alerts/one.html", active="alerts", **values)


def _values(look: Look, viewer: Viewer, alert: Occurrence) -> dict[str, Any]:
    mine = _incidents(look, alert)
    history = look.ledger.history(look.rows, f"alert:{alert.id}")
    ids = {entry.by.id for entry in history} | {alert.acknowledged_by or ""}
    called = alerts.names_of(look.rows, ids)
    return {
        "alert": alert,
        "incidents": mine,
        "reasons": [one for incident in mine for one in why.of_incident(look, incident, alert.id)],
        "same_key": rows.same_key(look, alert),
        "silenced": mirroring.of_alerts(look, [alert]),
        "history": [(e.at, told(of_alert(e.event, e.by.id), called, viewer)) for e in history],
        "called": called,
        "kinds": list(Actionability),
    }


def _incidents(look: Look, alert: Occurrence) -> list[rows.IncidentOfAlerts]:
    if Permission.SEE_INCIDENTS not in look.actor.may:
        return []
    return rows.incidents_of(look, [alert.id]).get(alert.id, [])


HANDLERS: Final = [show]
