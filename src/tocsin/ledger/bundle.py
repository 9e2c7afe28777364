"""The export that an auditor checks offline with `tocsin-verify`: one ZIP file, self-describing."""

import base64
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from tocsin.foundation.clock import written
from tocsin.ledger import checkpoint, private_file
from tocsin.ledger.entry import Line, read_line
from tocsin.ledger.ledger import Ledger
from tocsin.ledger.sealing import SealedPart, open_part
from tocsin.ledger.tables import CHECKPOINTS, LEDGER, SEALED

FORMAT: Final = "tocsin-bundle/1"
CHUNK: Final = 500


def export(ledger: Ledger, target: Path, *, with_words: bool) -> int:
    """Write the whole ledger to `target` and answer how many entries it holds.

    Without words, the parts read as withheld: everything else can still be checked.
    """
    checkpoint.make(ledger)
    with (
        ledger.database.snapshot() as rows,
        private_file.replaced(target) as out,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle,
    ):
        last = checkpoint.newest(rows)
        assert last is not None, "one was just made"
        bundle.writestr("bundle.json", msgspec.json.encode(_front(ledger, last.size)))
        for number, note in enumerate(rows.scalars(_notes())):
            bundle.writestr(f"checkpoints/{number:08}.note", note)
        with bundle.open("lines.jsonl", "w", force_zip64=True) as file:
            file.writelines(f"{text}\n".encode() for text, _ in _stored(rows, last.size))
        with bundle.open("leaves.bin", "w", force_zip64=True) as file:
            file.writelines(leaf for _, leaf in _stored(rows, last.size))
        with bundle.open("words.jsonl", "w", force_zip64=True) as file:
            for text, _ in _stored(rows, last.size):
                for said in _words(rows, ledger.keys.encryption, read_line(text), with_words):
                    file.write(msgspec.json.encode(said) + b"\n")
        return int(last.size)


def _front(ledger: Ledger, size: int) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "origin": ledger.origin,
        "first": 0,
        "size": size,
        "made_at": written(ledger.clock()),
        "keys": [ledger.keys.verifier(ledger.origin)],
        "filter": None,
    }


def _notes() -> Any:  # noqa: ANN401 - a select
    return select(CHECKPOINTS.c.note).order_by(CHECKPOINTS.c.number)


def _stored(rows: Connection, size: int) -> Iterator[tuple[str, bytes]]:
    for start in range(0, size, CHUNK):
        span = LEDGER.c.seq.between(start, min(start + CHUNK, size) - 1)
        query = select(LEDGER.c.line, LEDGER.c.leaf).where(span).order_by(LEDGER.c.seq)
        for row in rows.execute(query):
            yield row.line, bytes(row.leaf)


def _words(rows: Connection, key: bytes, line: Line, with_words: bool) -> Iterator[dict[str, Any]]:  # noqa: FBT001 - passed on
    if not line.words:
        return
    query = select(SEALED).where(SEALED.c.seq == line.seq)
    parts = {row.part: row for row in rows.execute(query)}
    for part, digest in line.words.items():
        said: dict[str, Any] = {"seq": line.seq, "name": part}
        row = parts.get(part)
        if row is None:
            yield said | {"missing": True}
        elif not with_words:
            yield said | {"withheld": True}
        else:
            sealed = SealedPart(digest, row.wrapped_key, row.ciphertext)
            opened = open_part(sealed, place=f"{line.seq}:{part}", encryption_key=key)
            yield said | {"salt": base64.b64encode(opened.salt).decode(), "text": opened.text}
