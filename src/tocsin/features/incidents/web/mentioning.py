"""What the writer of a note is told of those it mentions: who they are, and who may not read it.

Nobody else is told: it is said once, on the page that follows, to the one who wrote it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tocsin.access.work import Look
from tocsin.features.incidents.commands import may_not_see
from tocsin.features.incidents.events import Noted
from tocsin.features.incidents.state import Incident
from tocsin.features.people.rows.handles import team_titles
from tocsin.features.people.rows.names import names
from tocsin.ledger.entry import Entry
from tocsin.web.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """Whom a note mentions, and those who may not read it, by name; and whom it is for."""

    names: Sequence[str]
    unseeing: Sequence[str]
    audience: str = ""


def told(look: Look, incident: Incident, entry: Entry | None, viewer: Viewer) -> Mentioned | None:
    """What the viewer is told of a note of theirs; None where they did not write it."""
    if entry is None or not isinstance(entry.event, Noted) or entry.by.id != viewer.person:
        return None
    mentions, audience = entry.event.mentions, entry.event.audience
    unseeing = may_not_see(look, incident, mentions, audience)
    return Mentioned(
        names=_called(look, mentions),
        unseeing=_called(look, unseeing),
        audience=audience or "",
    )


def _called(look: Look, ids: Collection[str]) -> list[str]:
    called = names(look.rows, ids) | team_titles(look.rows, ids)
    return [called[id_] for id_ in ids if id_ in called]
