"""What is told of an incident from its page: the situation, key moments, and the part of changes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tocsin.access.work import UnitOfWork
from tocsin.features.incidents import commands
from tocsin.features.incidents.commands import Over, Situated
from tocsin.features.incidents.terms import ChangeRole
from tocsin.features.incidents.web.deeds import Deed, Onward, handler
from tocsin.features.incidents.web.turning import address, entry_name, turned
from tocsin.foundation.refusal import Refused
from tocsin.web.forms import text
from tocsin.web.times import read_form_time
from tocsin.web.viewer import Viewer

Said = Mapping[str, Any]


def _state_situation(work: UnitOfWork, viewer: Viewer, reference: str, fields: Said) -> object:
    said = Situated(
        happening=text(fields, "happening"),
        belief=text(fields, "belief"),
        next_steps=text(fields, "next_steps"),
        next_update_at=read_form_time(text(fields, "next_update_at"), viewer.tz),
    )
    over = Over(stated_at=_instant(text(fields, "over")))
    return commands.state_situation(work, reference, said, over=over)


def _instant(written: str) -> datetime | None:
    """When the situation was stated that a form was filled with; None where there was none."""
    try:
        return datetime.fromisoformat(written) if written else None
    except ValueError:
        raise Refused("bad_time", "This form is not one of ours. Load the page again.") from None


def _mark_key_moment(work: UnitOfWork, _: Viewer, reference: str, fields: Said) -> object:
    said, wanted = text(fields, "mark"), True
    if not said:
        said, wanted = text(fields, "unmark"), False
    name = entry_name(said) or "0"
    entry = commands.version_named(work, reference, name)
    commands.mark_key_moment(work, reference, entry=entry, wanted=wanted)
    return Onward(f"{address('', turned(fields))}#entry-{name}")


def _mark_change(work: UnitOfWork, _: Viewer, reference: str, fields: Said) -> object:
    role = text(fields, "role")
    if role not in set(ChangeRole):
        raise Refused("role_missing", "Say whether the change is the cause, the fix or a suspect.")
    return commands.mark_change(
        work,
        reference,
        change=text(fields, "change"),
        role=ChangeRole(role),
        note=text(fields, "note"),
    )


DEEDS: Final[Mapping[str, Deed]] = {
    "situation": _state_situation,
    "key-moments": _mark_key_moment,
    "changes": _mark_change,
}

HANDLERS: Final = [handler(name, deed) for name, deed in DEEDS.items()]
