"""Documents: configuration with versions. Three events serve every kind: written, rewritten, retired.

A document's text is configuration, not words about people: it stands in the ledger as facts.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar, assert_never

import msgspec
from sqlalchemy import Column, Connection, Text, select

from tocsin.foundation.phrase import phrase
from tocsin.foundation.refusal import Refused
from tocsin.ledger.aggregate import Aggregate, state_table
from tocsin.ledger.change import Change
from tocsin.ledger.entry import Recorded
from tocsin.ledger.event import event

Body = TypeVar("Body")


@event("document.written")
class Written:
    """A document came into being."""

    body: dict[str, Any]


@event("document.rewritten")
class Rewritten:
    """A document got a new version."""

    body: dict[str, Any]


@event("document.retired")
class Retired:
    """A document is not used any more. It stays readable."""


DocumentEvent = Written | Rewritten | Retired


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as it stands: its body in plain values, and whether it is still used."""

    body: dict[str, Any]
    edition: int
    is_retired: bool = False


def evolve(document: Document | None, event: DocumentEvent, _: Recorded) -> Document:
    """The document after one more event."""
    match event:
        case Written(body=body):
            return Document(body=body, edition=1)
        case Rewritten(body=body):
            assert document is not None, "only a written document is rewritten"
            return Document(body=body, edition=document.edition + 1)
        case Retired():
            assert document is not None, "only a written document is retired"
            return replace(document, is_retired=True)
        case _:
            assert_never(event)


DOCUMENTS: Final = state_table("document", Column("state_of_use", Text, nullable=False, index=True))

DOCUMENT: Final = Aggregate[Document, DocumentEvent](
    "document",
    Document,
    evolve,
    DOCUMENTS,
    lambda document: {"state_of_use": "retired" if document.is_retired else "in use"},
)


@dataclass(frozen=True)
class DocumentKind(Generic[Body]):
    """One kind of configuration: its name, the dataclass of its body, and a check before writing."""

    name: str
    body: type[Body]
    check: Callable[[Body], None] = lambda _: None

    def key(self, name: str) -> str:
        """The id of one document of this kind."""
        return f"{self.name}/{name}"

    def read(self, rows: Connection, name: str) -> Body | None:
        """The body in use under a name, or None."""
        found = DOCUMENT.read(rows, self.key(name))
        if found is None or found[0].is_retired:
            return None
        return msgspec.convert(found[0].body, self.body)

    def all(self, rows: Connection) -> dict[str, Body]:
        """Every body in use, by name."""
        mine = DOCUMENTS.c.id.startswith(f"{self.name}/", autoescape=True)
        query = select(DOCUMENTS).where(mine, DOCUMENTS.c.state_of_use == "in use")
        found = rows.execute(query.order_by(DOCUMENTS.c.id)).all()
        prefix = len(self.name) + 1
        bodies = {row.id[prefix:]: DOCUMENT.decode(row.state).body for row in found}
        return {name: msgspec.convert(body, self.body) for name, body in bodies.items()}

    def write(self, change: Change, name: str, body: Body) -> None:
        """Write a first or a next version, after its check; the same body again changes nothing."""
        self.check(body)
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(body))
        found = change.find(DOCUMENT, self.key(name))
        if found is None:
            change.record(DOCUMENT, self.key(name), [Written(body=plain)])
        elif found[0].body != plain or found[0].is_retired:
            change.record(DOCUMENT, self.key(name), [Rewritten(body=plain)])

    def retire(self, change: Change, name: str) -> None:
        """Take a document out of use."""
        if change.load(DOCUMENT, self.key(name)).is_retired:
            raise Refused(
                "already_retired",
                phrase("The %(kind)s %(name)s is retired already.", kind=self.name, name=name),
            )
        change.record(DOCUMENT, self.key(name), [Retired()])
