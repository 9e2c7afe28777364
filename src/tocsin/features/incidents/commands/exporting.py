"""Exporting a list: all of it as it stands, in one moment, with a head that says what it is.

It is written into an unnamed file first (bounded memory), recorded, and only then handed out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from tocsin.access.policy import Permission
from tocsin.access.work import Look, UnitOfWork
from tocsin.features.incidents.commands.asking import cut_of
from tocsin.features.incidents.events.exports import ListExported
from tocsin.features.incidents.rows import IncidentRow, exports, listing
from tocsin.features.incidents.rows.tags import tags_of
from tocsin.features.incidents.rules.inert import csv_line, json_line
from tocsin.features.incidents.rules.query import Query
from tocsin.features.incidents.terms import ExportFormat
from tocsin.features.people.rows.names import names
from tocsin.foundation.clock import written
from tocsin.foundation.identifiers import new_id
from tocsin.ledger.words import Text

IN_MEMORY: Final = 1 << 20
CHUNK: Final = 1 << 16
FIELDS: Final = (
    "reference", "title", "severity", "phase", "mode", "service", "team", "commander",
    "commander_id", "tags", "alerts", "reopened", "declared_at", "updated_at", "clock_at",
    "clock_of", "restricted",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A list as it is handed out: a name for the file, and its bytes, piece by piece, once."""

    name: str
    media_type: str
    pieces: Iterator[bytes]


def export(work: UnitOfWork, query: Query, format: ExportFormat, zone: tzinfo) -> Exported:  # noqa: A002 - the word for it
    """Write down the list that a query means, record that, and hand it out."""
    body: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it was read  # type: ignore[assignment]
    with work.look(Permission.SEE_INCIDENTS) as look:
        head = _written(look, query, format, zone, body)
    first = _head(head, format)
    digest = sha256(first)
    for piece in _pieces(body):
        digest.update(piece)
    with work.change(Permission.SEE_INCIDENTS) as change:
        said = ListExported(
            query=Text(head["query"]),
            format=format,
            rows=head["count"],
            left_out=head["left_out_by_rule"],
            root=head["ledger_root"],
            sha256=digest.hexdigest(),
        )
        change.note(f"list:{new_id(change.now)}", said)
    kind = "text/csv; charset=utf-8" if format is ExportFormat.CSV else "application/jsonl"
    stamp = head["at"][:16].replace(":", "").replace("-", "")
    return Exported(
        name=f"incidents-{stamp}.{format}", media_type=kind, pieces=_handed_out(first, body)
    )


def _written(
    look: Look, query: Query, format_: ExportFormat, zone: tzinfo, body: IO[bytes]
) -> dict[str, Any]:
    """The rows into the file; answers the head, which counts them."""
    now = look.ledger.clock()
    cut = cut_of(query, look.actor.person, now, zone)
    count = 0
    if format_ is ExportFormat.CSV:
        body.write(csv_line(FIELDS))
    for rows in exports.whole(look, cut, (query.group, query.sort)):
        count += len(rows)
        for line in _lines(look, rows):
            body.write(_line(line, format_))
    without_rule = listing.total(look, replace(cut, exercises=None, mode=None))
    by = look.actor.by.id
    return {
        "query": query.spelled() or "view=open",
        "viewer": names(look.rows, [by]).get(by, by),
        "viewer_id": by,
        "at": written(now),
        "ledger": look.ledger.origin,
        "ledger_root": exports.root(look),
        "checkpoint_sha256": exports.checkpoint_digest(look),
        "count": count,
        "left_out_by_rule": without_rule - count,
        "rule": _rule(query),
    }


def _rule(query: Query) -> str:
    if query.mode:
        return f"only incidents of the mode {query.mode}"
    if query.view == "training":
        return "only drills and trainings"
    return "no drills and no trainings"


def _lines(look: Look, rows: list[IncidentRow]) -> Iterator[dict[str, Any]]:
    called = names(look.rows, {row.commander for row in rows if row.commander})
    tags = tags_of(look.rows, [row.id for row in rows if row.tags])
    for row in rows:
        yield {
            "reference": row.reference,
            "title": row.title,
            "severity": row.severity,
            "phase": row.phase,
            "mode": row.mode,
            "service": row.service,
            "team": row.team,
            "commander": called.get(row.commander or ""),
            "commander_id": row.commander,
            "tags": tags.get(row.id, ()),
            "alerts": row.alerts,
            "reopened": row.reopened,
            "declared_at": written(row.declared_at),
            "updated_at": written(row.updated_at),
            "clock_at": written(row.clock_at) if row.clock_of else None,
            "clock_of": row.clock_of,
            "restricted": row.is_restricted,
        }


def _line(line: Mapping[str, Any], format_: ExportFormat) -> bytes:
    if format_ is ExportFormat.JSONL:
        return json_line(line)
    flat = {**line, "tags": " ".join(line["tags"])}
    return csv_line([flat[name] for name in FIELDS])


def _head(head: Mapping[str, Any], format_: ExportFormat) -> bytes:
    """The head: in JSON Lines the first line, in CSV a line for each, marked with `#`."""
    if format_ is ExportFormat.JSONL:
        return json_line({"head": head})
    return b"".join(csv_line([f"# {name}", value]) for name, value in head.items())


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    body.seek(0)
    while piece := body.read(CHUNK):
        yield piece


def _handed_out(first: bytes, body: IO[bytes]) -> Iterator[bytes]:
    try:
        yield first
        yield from _pieces(body)
    finally:
        body.close()
