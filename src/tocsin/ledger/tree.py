"""The hash tree over the ledger's lines: RFC 6962 (and 9162), section 2.1. Pure.

A tree of n leaves is kept as its full subtrees: the node at `(level, position)` covers the leaves
`position * 2**level` up to the next node's first.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

Node = tuple[int, int]
Nodes = Callable[[int, int], bytes]
"""Finds the digest of the full subtree at (level, position)."""


def leaf(line: bytes) -> bytes:
    """The digest of one line."""
    return hashlib.sha256(b"\x00" + line).digest()


def parent(left: bytes, right: bytes) -> bytes:
    """The digest of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The full subtrees of a tree of `size` leaves, largest first: all that appending needs."""

    size: int = 0
    digests: tuple[bytes, ...] = ()

    def append(self, digest: bytes) -> tuple["Frontier", list[tuple[Node, bytes]]]:
        """The tree with one more leaf, and the inner nodes that it completed."""
        made: list[tuple[Node, bytes]] = []
        digests, level, rest = list(self.digests), 0, self.size
        while rest & 1:
            digest = parent(digests.pop(), digest)
            level, rest = level + 1, rest >> 1
            made.append(((level, self.size >> level), digest))
        return Frontier(self.size + 1, (*digests, digest)), made

    @property
    def root(self) -> bytes:
        """The root over all leaves."""
        return joined(self.digests)


def joined(digests: Sequence[bytes]) -> bytes:
    """The root over neighbouring full subtrees, largest first."""
    if not digests:
        return EMPTY_ROOT
    root = digests[-1]
    for left in reversed(digests[:-1]):
        root = parent(left, root)
    return root


def covering(first: int, end: int) -> Iterator[Node]:
    """The fewest full subtrees that cover the leaves from `first` to before `end`, in order."""
    while first < end:
        level = (end - first).bit_length() - 1
        if first:
            level = min(level, (first & -first).bit_length() - 1)
        yield level, first >> level
        first += 1 << level


def root_of(first: int, end: int, nodes: Nodes) -> bytes:
    """The root over the leaves from `first` to before `end`, for a span as RFC 6962 splits it."""
    return joined([nodes(*node) for node in covering(first, end)])


def split(size: int) -> int:
    """The largest power of two smaller than `size`, where a tree of that size is split."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """The proof that leaf `index` is in the tree of `size` leaves, lowest sibling first."""
    proof: list[bytes] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + split(end - first)
        if index < middle:
            proof.append(root_of(middle, end, nodes))
            end = middle
        else:
            proof.append(root_of(first, middle, nodes))
            first = middle
    return proof[::-1]


def consistency(older: int, newer: int, nodes: Nodes) -> list[bytes]:
    """The proof that the tree of `newer` leaves begins with the tree of `older` leaves."""
    proof: list[bytes] = []
    first, end, whole = 0, newer, True
    while older != end:
        middle = first + split(end - first)
        if older <= middle:
            proof.append(root_of(middle, end, nodes))
            end = middle
        else:
            proof.append(root_of(first, middle, nodes))
            first, whole = middle, False
    if not whole:
        proof.append(root_of(first, end, nodes))
    return proof[::-1]
