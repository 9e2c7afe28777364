"""Who was told of an incident, from a terminal: `tocsin told REF`. It asks the API."""

from typing import Any, Final

from tocsin.cli.output import say_json, say_table
from tocsin.features.incidents.cli import Json, Ref
from tocsin.features.messages.sentences import REASONS
from tocsin.features.messages.terms import WhyWithheld

COLUMNS: Final = ("WHO", "BECAUSE", "HAPPENED", "STATE", "SINCE")
PAGE: Final = 200


def told(reference: Ref, *, as_json: Json = False) -> None:
    """List which people were told of an incident by mail, are to be, or were not, and why."""
    from tocsin.cli.client import connected  # noqa: PLC0415 - `--help` needs no HTTP client

    found, cursor = list[dict[str, Any]](), None
    with connected() as api:
        while True:
            page = api.get("/messages", incident=reference, limit=PAGE, cursor=cursor)
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
    say_json(found) if as_json else say_table(COLUMNS, [_row(one) for one in found])


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    why = f": {REASONS[WhyWithheld(one['reason'])]}" if one["reason"] else ""
    since = one["ended_at"] or one["due_at"]
    mark = "" if one["mode"] == "live" else f" [{one['mode'].upper()}]"
    state = f"{one['state']}{why}{mark}"
    return one["person"]["name"], one["concern"], _minute(one["queued_at"]), state, _minute(since)


def _minute(instant: str) -> str:
    return f"{instant[:10]} {instant[11:16]}Z"
