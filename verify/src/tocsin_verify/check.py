"""The checks, in one pass over the lines and one over the words."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from tocsin_verify.bundle import Bundle, parsed
from tocsin_verify.finding import incomplete, tampered
from tocsin_verify.note import Checkpoint, Key, read_checkpoint
from tocsin_verify.tree import Growing, leaf_hash, root_from_inclusion

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
Part = tuple[int, str]
ODD = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What is raised by JSON of another shape than a ledger's."""


@dataclass
class Seen:
    """What was seen on the way through the lines."""

    tree: Growing = field(default_factory=Growing)
    versions: dict[str, int] = field(default_factory=dict[str, int])
    words: dict[Part, str] = field(default_factory=dict[Part, str])
    erased: dict[Part, int] = field(default_factory=dict[Part, int])
    at: str = ""


def check(
    bundle: Bundle, keys: list[Key], held: Sequence[str] = (), records: Sequence[str] = ()
) -> int:
    """Check everything and answer how many entries are sound. Raises `Bad` with the first fault."""
    inside = [read_checkpoint(note, keys) for note in bundle.notes()]
    outside = [read_checkpoint(note, keys) for note in held]
    proofs = [_Proof.read(text, keys) for text in records]
    if not inside:
        raise incomplete("The bundle has no checkpoint.")
    _must_cover(bundle, inside, [*outside, *(proof.checkpoint for proof in proofs)])
    seen = _walk(bundle, [*inside, *outside, *(proof.checkpoint for proof in proofs)], proofs)
    _words(bundle, seen)
    return seen.tree.size


def _must_cover(bundle: Bundle, inside: list[Checkpoint], outside: list[Checkpoint]) -> None:
    last = max(checkpoint.size for checkpoint in inside)
    for checkpoint in outside:
        if checkpoint.size > last:
            raise tampered(
                f"The ledger was cut off or rolled back: you hold a checkpoint of "
                f"{checkpoint.size} entries, the bundle ends at {last}."
            )
    if last < bundle.size:
        raise incomplete(f"No checkpoint covers the entries from {last} on.")
    if last > bundle.size:
        raise tampered(f"A checkpoint covers {last} entries, the bundle has {bundle.size}.")


def _walk(bundle: Bundle, checkpoints: list[Checkpoint], proofs: list["_Proof"]) -> Seen:
    seen, sound_to = Seen(), 0
    roots: dict[int, list[bytes]] = {}
    for checkpoint in checkpoints:
        roots.setdefault(checkpoint.size, []).append(checkpoint.root)
    cited = {proof.index: proof for proof in proofs}
    for line, stored in zip_longest(bundle.lines("lines.jsonl"), bundle.leaves()):
        index = seen.tree.size
        digest = _entry(line, stored, index, seen)
        if index in cited:
            cited[index].must_hold(digest)
        seen.tree.add(digest)
        if seen.tree.size in roots:
            if any(root != seen.tree.root for root in roots[seen.tree.size]):
                raise tampered(
                    f"Something in the entries {sound_to} to {index} was changed: "
                    f"they do not have the root that was signed."
                )
            sound_to = seen.tree.size
    if seen.tree.size != bundle.size:
        raise tampered(f"Entry {seen.tree.size} is missing: the bundle says {bundle.size} entries.")
    return seen


def _entry(line: bytes | None, stored: bytes | None, index: int, seen: Seen) -> bytes:
    """One line: it is the one that was stored, in its place, after what came before."""
    if line is None:
        raise tampered(f"Entry {index} is missing.")
    digest = leaf_hash(line)
    if stored is not None and digest != stored:
        raise tampered(f"Entry {index} was changed, deleted, swapped or inserted.")
    entry = parsed(line)
    try:
        _order(entry, index, seen)
        for part, word in entry.get("words", {}).items():
            seen.words[index, str(part)] = str(word)
        if entry["kind"] == "ledger.words_erased":
            for seq, part in entry["facts"]["parts"]:
                seen.erased[int(seq), str(part)] = index
    except ODD:
        raise tampered(f"Entry {index} is not a line of a ledger.") from None
    return digest


def _order(entry: dict[str, Any], index: int, seen: Seen) -> None:
    if entry["seq"] != index:
        raise tampered(f"Entry {index} is missing: entry {entry['seq']} stands in its place.")
    version = seen.versions.get(entry["on"], 0) + 1
    if entry["version"] != version:
        raise tampered(f"Entry {index}: version {version} of {entry['on']} is missing.")
    if entry["at"] < seen.at:
        raise tampered(f"Entry {index} is dated before the one ahead of it.")
    seen.versions[entry["on"]] = version
    seen.at = entry["at"]


def _words(bundle: Bundle, seen: Seen) -> None:
    expected = set(seen.words)
    for line in bundle.lines("words.jsonl"):
        said = parsed(line)
        try:
            part = (int(said["seq"]), str(said["name"]))
            _word(said, part, seen)
        except ODD:
            raise tampered("words.jsonl has a line that is about nothing.") from None
        expected.discard(part)
    for seq, name in sorted(expected):
        raise incomplete(f"The bundle says nothing about the words {name!r} of entry {seq}.")


def _word(said: dict[str, Any], part: Part, seen: Seen) -> None:
    seq, name = part
    digest = seen.words[part]
    if said.get("missing"):
        if seen.erased.get(part, -1) <= seq:
            raise tampered(f"The words {name!r} of entry {seq} are gone, and no entry erased them.")
    elif not said.get("withheld"):
        salted = base64.b64decode(said["salt"], validate=True) + said["text"].encode()
        if hashlib.sha256(salted).hexdigest() != digest:
            raise tampered(f"The words {name!r} of entry {seq} were changed.")


@dataclass(frozen=True)
class _Proof:
    """A citation: that a record is in the ledger."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    @classmethod
    def read(cls, text: str, keys: list[Key]) -> "_Proof":
        """A proof as `tocsin ledger proof` prints it (C2SP tlog-proof)."""
        head, _, note = text.partition("\n\n")
        first, *rest = head.splitlines() or [""]
        if first != PROOF_HEADER:
            raise incomplete("A cited record's proof is of no known form.")
        rest = [line for line in rest if not line.startswith("extra ")]
        try:
            index = int(rest[0].removeprefix("index "))
            path = tuple(base64.b64decode(line, validate=True) for line in rest[1:])
        except (ValueError, IndexError, binascii.Error):
            raise incomplete("A cited record's proof cannot be read.") from None
        return cls(index, path, read_checkpoint(note, keys))

    def must_hold(self, leaf: bytes) -> None:
        """The cited entry is in the tree that was signed."""
        root = root_from_inclusion(self.index, self.checkpoint.size, leaf, self.path)
        if root != self.checkpoint.root:
            raise tampered(f"The cited entry {self.index} is not the one that was proved.")
