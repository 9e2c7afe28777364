"""What follows from events about incidents: messages to the people whom they concern.

Nobody is told of what they do themselves, nor of an exercise. Whoever may not see an incident is not
told of it; that somebody who is mentioned was not told for that is kept, for the rest it is as if
nothing had concerned them.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from tocsin.feature import Purpose
from tocsin.features.incidents.rows import INCIDENT
from tocsin.features.incidents.state import Incident
from tocsin.features.messages import rows as kept
from tocsin.features.messages.commands import delivering
from tocsin.features.messages.rules.concerning import KINDS, Named, named
from tocsin.features.messages.rules.obstacle import may_read
from tocsin.features.messages.terms import Concern
from tocsin.features.people.rows import team_by_name
from tocsin.features.people.rows.handles import readers
from tocsin.ledger.due import Claimed, Timer
from tocsin.ledger.entry import Entry
from tocsin.ledger.follow import Reactor

QUEUE: Final = "messages.queue"
"""The timer that keeps a message for everybody whom an entry concerns."""


def react(entry: Entry, rows: Connection) -> Sequence[Timer]:
    """Whom an entry concerns, as it stands now."""
    found = INCIDENT.read(rows, entry.id)
    if found is None:
        return []
    team = found[0].team and team_by_name(rows, found[0].team.strip().lower())
    concerned = _people(rows, named(entry.event, found[0], team), found[0], entry.by.id)
    if not concerned:
        return []
    facts = {
        "entry": entry.seq,
        "incident": entry.id,
        "by": entry.by.id,
        "corrects": getattr(entry.event, "corrects", None),
        "to": concerned,
    }
    return [Timer(name=QUEUE, at=entry.at, facts=facts)]


def _people(rows: Connection, named: Named, incident: Incident, by: str) -> dict[str, list[str]]:
    """Everybody who is let in among those named, and in the teams named, with why."""
    found: dict[str, list[str]] = {}
    for concern, ids in named.items():
        for reader in readers(rows, ids):
            is_told = concern is Concern.MENTIONED or may_read(reader.id, reader.role, incident)
            if is_told and reader.id != by:
                found.setdefault(reader.id, []).append(concern.value)
    return found


TELLING: Final = Reactor("messages", KINDS, react)
SILENT: Final = Reactor("messages", KINDS, lambda _, __: ())
"""Where no mail server is set: it only follows, so that nobody is told late of what is long over."""


def may_be_said(rows: Connection, claimed: Claimed) -> bool:
    """Whether everything in a mail may still be told to its person."""
    its = kept.some(rows, claimed.call.facts["messages"])
    return all(kept.in_the_way(rows, one) is None for one in its)


def purpose(address: str) -> Purpose:
    """What the outbox asks and tells of these mails."""
    return Purpose(
        name=delivering.PURPOSE,
        may_be_said=may_be_said,
        told=delivering.told,
        withheld=delivering.withheld(address),
    )
