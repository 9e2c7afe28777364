"""What people do on the Alerts pages: one form, one command, and back to the page."""

from typing import Final

from litestar import post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from tocsin.access.work import UnitOfWork
from tocsin.features.alerts import commands as alerts
from tocsin.features.alerts.commands import Submit
from tocsin.features.alerts.terms import Actionability
from tocsin.features.incidents import commands as incidents
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import Fields, text


@post("/{alert:str}/close", sync_to_thread=True)
def close(work: Given[UnitOfWork], alert: FromPath[str], data: Fields) -> Redirect:
    """Say that an alert is over, and whether there was anything to do."""
    said = text(data, "actionability")
    if said not in set(Actionability):
        raise Refused("actionability_missing", "Say whether there was anything to do.")
    alerts.close_alert(
        work, alert, actionability=Actionability(said), reason=text(data, "reason") or None
    )
    return Redirect(f"/alerts/{alert}", status_code=303)


@post("/{alert:str}/take-out", sync_to_thread=True)
def take_out(work: Given[UnitOfWork], alert: FromPath[str], data: Fields) -> Redirect:
    """Take an alert out of an incident that it does not belong to."""
    reference = text(data, "incident")
    incidents.take_out_alerts(work, reference, alerts=(alert,), reason=text(data, "reason"))
    return Redirect(f"/alerts/{alert}", status_code=303)


@post("/dead-letters/{letter:str}/replay", sync_to_thread=True)
def replay(work: Given[UnitOfWork], submit: Given[Submit], letter: FromPath[str]) -> Redirect:
    """Read again what could not be read."""
    alerts.replay_dead_letter(work, letter, submit)
    return Redirect("/alerts#dead-letters", status_code=303)


HANDLERS: Final = [close, take_out, replay]
