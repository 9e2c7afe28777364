"""The tree against RFC 6962's own recursive definitions."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from tocsin.ledger.tree import Frontier, consistency, inclusion, leaf, parent, split


def whole(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = split(len(leaves))
    return parent(whole(leaves[:middle]), whole(leaves[middle:]))


def made(size: int) -> tuple[list[bytes], Frontier, dict[tuple[int, int], bytes]]:
    leaves = [leaf(str(number).encode()) for number in range(size)]
    tree, nodes = Frontier(), {(0, nth): digest for nth, digest in enumerate(leaves)}
    for digest in leaves:
        tree, new = tree.append(digest)
        nodes |= dict(new)
    return leaves, tree, nodes


def climbed(index: int, size: int, digest: bytes, proof: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.3.2."""
    first, last = index, size - 1
    for sibling in proof:
        if first & 1 or first == last:
            digest = parent(sibling, digest)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            digest = parent(digest, sibling)
        first, last = first >> 1, last >> 1
    assert last == 0
    return digest


def extended(older: int, newer: int, root: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """RFC 9162, section 2.1.4.2: the roots that a consistency proof leads to."""
    steps = [root, *proof] if older & (older - 1) == 0 else list(proof)
    first, last = older - 1, newer - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if first & 1 or first == last:
            old, new = parent(step, old), parent(step, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = parent(new, step)
        first, last = first >> 1, last >> 1
    return old, new


@given(st.integers(0, 130))
def test_growing_leaf_by_leaf_gives_the_root_of_the_whole(size: int) -> None:
    leaves, tree, _ = made(size)
    assert tree.root == whole(leaves)


@given(st.integers(1, 130), st.data())
def test_every_leaf_can_be_shown_to_be_in_every_tree_that_holds_it(
    size: int, data: st.DataObject
) -> None:
    leaves, _, nodes = made(size)
    within = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, within - 1))
    proof = inclusion(index, within, lambda level, position: nodes[level, position])
    assert climbed(index, within, leaves[index], proof) == whole(leaves[:within])


@given(st.integers(1, 130), st.data())
def test_every_tree_can_be_shown_to_begin_with_every_older_one(
    size: int, data: st.DataObject
) -> None:
    leaves, tree, nodes = made(size)
    older = data.draw(st.integers(1, size))
    proof = consistency(older, size, lambda level, position: nodes[level, position])
    if older == size:
        assert proof == []
    else:
        assert extended(older, size, whole(leaves[:older]), proof) == (
            whole(leaves[:older]),
            tree.root,
        )
