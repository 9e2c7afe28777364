"""The messages to people as they stand, and what people chose to be told.

No words stand here: what a mail says is made when it is sent. Mechanics: what must be provable, that
somebody was told or was not, is in the ledger.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Select,
    Table,
    Text,
    UniqueConstraint,
    select,
)

from tocsin.access.work import Look
from tocsin.features.incidents.rows import INCIDENT, INCIDENTS
from tocsin.features.messages.rules.obstacle import obstacle
from tocsin.features.messages.rules.timing import must_be_sensible
from tocsin.features.messages.terms import Choices, Concern, Message, MessageState, WhyWithheld
from tocsin.features.people.rows import PERSON
from tocsin.ledger.document import DocumentKind
from tocsin.storage.columns import METADATA, Instant

CHOICES: Final = DocumentKind("message choices", Choices, must_be_sensible)
"""By the id of the person whose they are."""

MESSAGES: Final = Table(
    "message",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("incident", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("concern", Text, nullable=False),
    Column("entry", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("mail", Text),
    Column("ended_at", Instant),
    Column("reason", Text),
    Column("tries", Integer, nullable=False),
    Column("last_word", Text),
    UniqueConstraint("entry", "person"),
    Index("message_of_person", "person", "id"),
    Index("message_of_incident", "incident", "id"),
    Index("message_waiting", "state", "person", "due_at"),
)
"""`mail` names the mail that the outbox has of it. `reason` is why it was withheld."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message with how it stands, and the incident it is about."""

    id: str
    reference: str
    title: str
    mode: str
    person: str
    concern: Concern
    by: str
    queued_at: datetime
    due_at: datetime
    state: MessageState
    ended_at: datetime | None
    reason: WhyWithheld | None
    tries: int
    last_word: str | None


def choices_of(rows: Connection, person: str) -> Choices:
    """What a person chose; what is sensible where they never did."""
    return CHOICES.read(rows, person) or Choices()


def is_known(rows: Connection, entry: int, person: str) -> bool:
    """Whether a person was, or is to be, told of an entry."""
    there = (MESSAGES.c.entry == entry) & (MESSAGES.c.person == person)
    return rows.scalar(select(MESSAGES.c.id).where(there)) is not None


def queue(rows: Connection, message: Message) -> None:
    """Keep a message that is to be sent."""
    kept = {one.name: getattr(message, one.name) for one in fields(message)}
    kept |= {"concern": message.concern.value, "state": MessageState.QUEUED.value, "tries": 0}
    rows.execute(MESSAGES.insert().values(kept))


def waiting(rows: Connection, person: str, until: datetime | None = None) -> list[Message]:
    """What waits for a person and no mail has yet, due by an instant where one is given."""
    query = _message().where(MESSAGES.c.state == MessageState.QUEUED.value)
    query = query.where(MESSAGES.c.person == person, MESSAGES.c.mail.is_(None))
    if until is not None:
        query = query.where(MESSAGES.c.due_at <= until)
    return [_read(row) for row in rows.execute(query.order_by(MESSAGES.c.entry))]


def some(rows: Connection, ids: Collection[str]) -> list[Message]:
    """These messages, in the order of what happened."""
    query = _message().where(MESSAGES.c.id.in_(list(ids))).order_by(MESSAGES.c.entry)
    return [_read(row) for row in rows.execute(query)]


def in_the_way(rows: Connection, message: Message) -> WhyWithheld | None:
    """What is in the way of sending a message now; None where nothing is."""
    person, incident = PERSON.read(rows, message.person), INCIDENT.read(rows, message.incident)
    assert person is not None, "people are disabled, never removed"
    assert incident is not None, "incidents are closed, never removed"
    return obstacle(message, person[0], incident[0], choices_of(rows, message.person))


def _message() -> Select[Any]:
    return select(*(MESSAGES.c[one.name] for one in fields(Message)))


def _read(row: Row[Any]) -> Message:
    kept = dict[str, Any](row._mapping)
    kept["concern"] = Concern(row.concern)
    return Message(**kept)


def move(rows: Connection, id_: str, due_at: datetime) -> None:
    """Send a message at another time."""
    rows.execute(MESSAGES.update().where(MESSAGES.c.id == id_).values(due_at=due_at))


def change(rows: Connection, ids: Collection[str], values: Mapping[str, Any]) -> None:
    """Write down how some messages stand now."""
    rows.execute(MESSAGES.update().where(MESSAGES.c.id.in_(list(ids))).values(values))


def told(
    look: Look,
    *,
    person: str | None = None,
    incident: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Sequence[MessageRow]:
    """Messages about incidents that the actor may see, the newest first. `incident` is an id."""
    own = [MESSAGES.c[name] for name in MessageRow.__dataclass_fields__ if name not in OF_INCIDENT]
    about = [INCIDENTS.c[name] for name in OF_INCIDENT]
    joined = MESSAGES.join(INCIDENTS, INCIDENTS.c.id == MESSAGES.c.incident)
    query = select(*about, *own).select_from(joined)
    if person is not None:
        query = query.where(MESSAGES.c.person == person)
    if incident is not None:
        query = query.where(MESSAGES.c.incident == incident)
    if before is not None:
        query = query.where(MESSAGES.c.id < before)
    seen = look.only_visible(INCIDENTS, query.order_by(MESSAGES.c.id.desc()).limit(limit))
    last = seen.selected_columns
    ordered = seen.order_by(None).order_by(last.id.desc()).limit(limit)
    return [_shown(row) for row in look.rows.execute(ordered)]


OF_INCIDENT: Final = ("reference", "title", "mode")


def _shown(row: Row[Any]) -> MessageRow:
    kept = dict[str, Any](row._mapping)
    kept["concern"], kept["state"] = Concern(row.concern), MessageState(row.state)
    kept["reason"] = None if row.reason is None else WhyWithheld(row.reason)
    return MessageRow(**kept)
