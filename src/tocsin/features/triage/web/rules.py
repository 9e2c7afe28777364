"""The rules page: what is asked of every alert, in order; trying a condition before it is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tocsin.access.work import UnitOfWork
from tocsin.features.triage.commands import rules
from tocsin.features.triage.commands.rules import Tried
from tocsin.features.triage.terms import AlertRule
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import Fields, text, tried
from tocsin.web.page import page
from tocsin.web.viewer import Viewer

Asked = Request[Any, Any, Any]
TRIED_ON: Final = 200
GROUPS_SHOWN: Final = 20
USUAL: Final = AlertRule(condition="true")


@get("/rules", sync_to_thread=True)
def index(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], condition: FromQuery[str] = ""
) -> Response[str]:
    """Show the rules; with a condition in the address, what it would have said of past alerts."""
    fields = {"condition": condition} if condition else {}
    answer = tried(lambda: _outcome(work, condition)) if condition else None
    return _page(request, work, viewer, fields, answer)


@post("/rules", sync_to_thread=True)
def write(
    request: Asked, work: Given[UnitOfWork], viewer: Given[Viewer], data: Fields
) -> Response[Any]:
    """Write a rule; or show the form again with what is wrong."""
    answer = tried(lambda: rules.write_rule(work, text(data, "name"), _rule(data)))
    if isinstance(answer, Refused):
        return _page(request, work, viewer, data, answer, status=400)
    return Redirect("/alerts/rules", status_code=303)


@post("/rules/{name:str}/retire", sync_to_thread=True)
def retire(work: Given[UnitOfWork], name: FromPath[str]) -> Redirect:
    """Take a rule out of use."""
    rules.retire_rule(work, name)
    return Redirect("/alerts/rules", status_code=303)


def _rule(data: Mapping[str, Any]) -> AlertRule:
    groups = tuple(part.strip() for part in text(data, "group_by").split(",") if part.strip())
    return AlertRule(
        condition=text(data, "condition"),
        order=_whole(data, "order", USUAL.order),
        severity=_whole(data, "severity", USUAL.severity),
        severity_by_word=_by_word(text(data, "severity_by_word")),
        group_by=groups or USUAL.group_by,
        window_minutes=_whole(data, "window_minutes", USUAL.window_minutes),
        title=text(data, "title") or USUAL.title,
        most_per_minute=_whole(data, "most_per_minute", USUAL.most_per_minute),
        reopens=bool(text(data, "reopens")),
    )


def _by_word(written: str) -> dict[str, int]:
    """`page=1, critical=2` as a map."""
    pairs = [part.partition("=") for part in written.split(",") if part.strip()]
    if any(severity.strip() not in ("1", "2", "3", "4") for _, _, severity in pairs):
        raise Refused("bad_rule", "Write words and severities as: page=1, critical=2.")
    return {word.strip().lower(): int(severity) for word, _, severity in pairs}


def _whole(data: Mapping[str, Any], name: str, usual: int) -> int:
    written = text(data, name)
    if not written:
        return usual
    if not written.isascii() or not written.isdigit() or len(written) > 6:  # noqa: PLR2004 - far too many
        raise Refused("bad_rule", "Write whole numbers in digits.")
    return int(written)


def _outcome(work: UnitOfWork, condition: str) -> dict[str, Any]:
    said = rules.try_rule(work, AlertRule(condition=condition), TRIED_ON)
    return {"asked": len(said), "taken": _taken(said), "troubles": _troubles(said)}


def _taken(said: Sequence[Tried]) -> list[tuple[str, int]]:
    return Counter(one.group for one in said if one.group is not None).most_common()


def _troubles(said: Sequence[Tried]) -> list[tuple[str, int]]:
    return Counter(one.trouble for one in said if one.trouble is not None).most_common()


def _page(
    request: Asked,
    work: UnitOfWork,
    viewer: Viewer,
    fields: Mapping[str, Any],
    answer: dict[str, Any] | Refused | None,
    status: int = 200,
) -> Response[str]:
    values = {
        "rules": rules.rules(work),
        "fields": {name: text(fields, name) for name in fields},
        "outcome": None if isinstance(answer, Refused) else answer,
        "wrong": answer.reason if isinstance(answer, Refused) else "",
        "usual": USUAL,
        "groups_shown": GROUPS_SHOWN,
    }
    return page(request, viewer, "alerts/rules.html", active="alerts", status=status, **values)


HANDLERS: Final = [index, write, retire]
