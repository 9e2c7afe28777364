"""How it stands, which moments were key, and which changes had a part in it."""

from datetime import datetime

from tocsin.access.policy import Audience
from tocsin.features.incidents.events import (
    ChangeMarked,
    KeyMomentMarked,
    KeyMomentUnmarked,
    SituationStated,
)
from tocsin.features.incidents.lifecycle.life import Decision
from tocsin.features.incidents.state import Incident
from tocsin.features.incidents.terms import ChangeRole
from tocsin.foundation.refusal import Refused
from tocsin.ledger.words import Words


def state_situation(incident: Incident, said: SituationStated, now: datetime) -> Decision:
    """Say how it stands. Refuses `situation_missing` and `bad_next_update`."""
    if not any((said.happening, said.belief, said.next_steps)):
        raise Refused(
            "situation_missing", "Say what is happening, what you believe or what is next."
        )
    if said.next_update_at is not None and said.next_update_at < now:
        raise Refused("bad_next_update", "The next update cannot be due in the past.")
    before = incident.situation
    stands = before and (before.happening, before.belief, before.next_steps, before.next_update_at)
    return (
        []
        if stands == (said.happening, said.belief, said.next_steps, said.next_update_at)
        else [said]
    )


def must_stand_as(incident: Incident, stated_at: datetime | None) -> None:
    """Refuse `situation_changed` unless the situation is still that of an instant; None: not stated."""
    stands = None if incident.situation is None else incident.situation.at
    if stands != stated_at:
        raise Refused(
            "situation_changed",
            "Somebody stated the situation meanwhile. Theirs is shown; yours is kept in the form.",
        )


def mark_key_moment(
    entry: int, *, is_key: bool, wanted: bool, audience: Audience | None = None
) -> Decision:
    """Make an entry a key moment, or one no more; `is_key` is how it stands, `audience` who may know."""
    if is_key is wanted:
        return []
    marked = KeyMomentMarked if wanted else KeyMomentUnmarked
    return [marked(entry=entry, audience=audience)]


def mark_change(
    incident: Incident, *, change: str, role: ChangeRole, note: Words | None
) -> Decision:
    """Say what part a change had in it. Refuses `change_missing` and `bad_change`."""
    name = change.strip()
    if not name:
        raise Refused("change_missing", "Name the change: its number, its version or its address.")
    if any(sign.isspace() for sign in name):
        raise Refused("bad_change", "A change is named by one word: a number, version or address.")
    stands = next((one for one in incident.changes if one.change == name), None)
    if stands is not None and stands.role == role.value and note is None:
        return []
    return [ChangeMarked(change=name, role=role.value, note=note)]
