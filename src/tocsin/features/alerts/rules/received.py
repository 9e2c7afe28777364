"""The proof that a body was received: RFC 6962 over the SHA-256 digests of the bodies, in order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.ledger.tree import Frontier, inclusion, leaf, parent

DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Inclusion:
    """Leads from a body's digest to the root that stands in entry `seq` of the ledger."""

    seq: int
    index: int
    count: int
    path: tuple[bytes, ...]


def split(digests: bytes) -> list[bytes]:
    """Digests that were kept end to end, one by one."""
    return [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)]


def root(digests: Sequence[bytes]) -> bytes:
    """The root over the digests of bodies."""
    tree = Frontier()
    for digest in digests:
        tree, _ = tree.append(leaf(digest))
    return tree.root


def path(index: int, digests: Sequence[bytes]) -> tuple[bytes, ...]:
    """The proof that a digest is under the root, lowest sibling first."""

    def node(level: int, position: int) -> bytes:
        if level == 0:
            return leaf(digests[position])
        return parent(node(level - 1, 2 * position), node(level - 1, 2 * position + 1))

    return tuple(inclusion(index, len(digests), node))


def leads_to(found: Inclusion, digest: bytes) -> bytes:
    """The root that a proof leads to (RFC 9162, 2.1.3.2)."""
    index, last, reached = found.index, found.count - 1, leaf(digest)
    for sibling in found.path:
        if index & 1 or index == last:
            reached = parent(sibling, reached)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            reached = parent(reached, sibling)
        index, last = index >> 1, last >> 1
    return reached
