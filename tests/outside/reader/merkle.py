"""RFC 6962 trees as a verifier sees them: leaf, node, inclusion, consistency, and the fold of a range.

Invariant: a proof is consumed exactly; one hash too many or too few refuses.
"""

import hashlib

EMPTY = hashlib.sha256(b"").digest()
LONGEST_INCLUSION = 53


def leaf_hash(leaf):
    """The hash of a leaf's bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node(left, right):
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(hashed, index, size, proof, root):
    """Whether a leaf of this hash stands at this index of a tree of this size and root."""
    if not 0 <= index < size or len(proof) > LONGEST_INCLUSION:
        return False
    place, last = index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node(sibling, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node(hashed, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == root


def consistent(first, first_root, second, second_root, proof):
    """Whether the tree of the first size and root is in the past of the second."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    if not proof or len(proof) > LONGEST_INCLUSION + 1:
        return False
    if first & (first - 1) == 0:
        proof = [first_root, *proof]
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node(sibling, old), node(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


class Misfit(Exception):
    """A listed subtree too few or too many."""


def fold_range(start, end, size, left, right, leaves):
    """The root of a tree of which [start, end) is given as leaf hashes (an iterator) and the rest as subtrees.

    Walks from the root, left before right; what lies wholly outside and is a power of two wide is taken from the
    lists, in that order. The depth is that of the tree, the memory that of the lists.
    """
    before, behind = iter(left), iter(right)

    def walk(low, high):
        width = high - low
        if (high <= start or low >= end) and width & (width - 1) == 0:
            found = next(before if high <= start else behind, None)
            if found is None:
                raise Misfit("a subtree is missing")
            return found
        if width == 1:
            return next(leaves)
        split = low + (1 << ((width - 1).bit_length() - 1))
        first = walk(low, split)
        return node(first, walk(split, high))

    root = walk(0, size)
    if next(before, None) is not None or next(behind, None) is not None:
        raise Misfit("a subtree too many")
    return root
