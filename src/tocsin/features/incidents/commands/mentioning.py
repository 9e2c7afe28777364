"""Who is mentioned in a note, and which of them may not read it: the writer learns that."""

from collections.abc import Collection

from tocsin.access.policy import Audience, Permission, holding
from tocsin.access.visibility import may_read, may_see
from tocsin.access.work import Look, WorkChange
from tocsin.features.incidents.rules.mentions import mentioned, words_after
from tocsin.features.incidents.state import Incident
from tocsin.features.people.rows import handles
from tocsin.features.people.terms import Reader
from tocsin.ledger.entry import By
from tocsin.ledger.words import Text, Words


def mentions_in(where: Look | WorkChange, words: Words) -> tuple[str, ...]:
    """The ids of the people and teams that a text mentions."""
    if not isinstance(words, Text) or "@" not in words.value:
        return ()
    beginnings = words_after(words.value)
    return mentioned(words.value, handles.beginning_with(where.rows, beginnings))


def may_not_see(
    where: Look | WorkChange,
    incident: Incident,
    mentions: Collection[str],
    audience: Audience | None = None,
) -> list[str]:
    """The people among the mentioned, and in the teams mentioned, who may not read the note.

    They may not see the incident, or are not in the `audience` that the note is for.
    """
    found = handles.readers(where.rows, mentions) if mentions else []
    return [reader.id for reader in found if not sees(reader, incident, audience)]


def sees(reader: Reader, incident: Incident, audience: Audience | None = None) -> bool:
    """Whether somebody may read an entry of an incident: by the same policy as when they ask for it."""
    by = By(id=reader.id, kind="person")
    actor = holding(reader.role, by, reader.id, reader.audiences)
    may = Permission.SEE_INCIDENTS in actor.may and may_see(actor, incident)
    return may and may_read(audience, actor.reads)
