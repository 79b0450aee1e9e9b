"""Files that show part of a log: a range, a consistency proof, a single record.

Invariant: a range is read line by line, in memory that does not grow with it; what follows the last line refuses.
"""

import re

from . import canonical
from .leaf import Record
from .merkle import LONGEST_INCLUSION, Misfit, consistent, fold_range, included, leaf_hash
from .note import open_checkpoint
from .refusal import Refused, demand
from .scalars import count, decode64, exactly, list_of, one_of, text

_HEADER = exactly({
    "checkpoint": text, "end": count, "left": list_of(text, 128), "mediaType":
    one_of("application/vnd.countersign.range.v1+json"), "origin": text, "right": list_of(text, 128),
    "size": count, "start": count,
})
_CONSISTENCY = exactly({
    "first": text, "mediaType": one_of("application/vnd.countersign.consistency.v1+json"),
    "proof": list_of(text, LONGEST_INCLUSION + 1), "second": text,
})
_INDEX = re.compile("0|[1-9][0-9]{0,15}", re.ASCII)


def verify_range(stream, trust):
    """The leaves from start to end stand in the log, or a refusal."""
    header = canonical.parse(_line(stream, "header"), canonical.LEAF_BYTES, "header")
    _HEADER(header, "header")
    start, end, size = header["start"], header["end"], header["size"]
    demand(0 <= start < end <= size, "shape", "header: no range")
    left = [decode64(one, "header.left", 32) for one in header["left"]]
    right = [decode64(one, "header.right", 32) for one in header["right"]]
    demand(header["origin"] == trust.origin, "checkpoint", "header: of another log")
    checkpoint = open_checkpoint(header["checkpoint"], trust)
    demand(checkpoint.size == size, "checkpoint", "header: not the checkpoint's size")
    leaves = _Leaves(stream, trust, start)
    try:
        root = fold_range(start, end, size, left, right, leaves)
    except Misfit as error:
        raise Refused("inclusion", f"header: {error}") from None
    demand(stream.read(1) == b"", "shape", "more lines than the range has")
    zero = leaves.first if start == 0 else left[0] if start == 1 else trust.genesis
    demand(zero == trust.genesis, "genesis", "record 0 is not the genesis of the trust file")
    demand(root == checkpoint.root, "inclusion", "the leaves do not fold to the log's root")


class _Leaves:
    """The leaf hashes of a stream, each leaf looked at as it passes."""

    def __init__(self, stream, trust, start):
        self._stream, self._tenant, self._next = stream, trust.tenant, start
        self.first = None

    def __next__(self):
        where = f"leaf {self._next}"
        record = Record(_line(self._stream, where), self._next, self._tenant, where)
        self._next += 1
        self.first = self.first or record.hash
        return record.hash


def _line(stream, where):
    line = stream.readline(canonical.LEAF_BYTES + 1)
    demand(line.endswith(b"\n"), "shape", f"{where}: missing, over its limit, or without a line end")
    return line[:-1]


def verify_consistency(data, trust):
    """The first checkpoint is in the past of the second, or a refusal."""
    fields = canonical.parse(data, canonical.BUNDLE_BYTES, "proof")
    _CONSISTENCY(fields, "proof")
    proof = [decode64(one, "proof", 32) for one in fields["proof"]]
    first = open_checkpoint(fields["first"], trust, "first")
    second = open_checkpoint(fields["second"], trust, "second")
    past = consistent(first.size, first.root, second.size, second.root, proof)
    demand(past, "history", "the first is not in the past of the second")


def verify_record(data, trust):
    """A C2SP tlog-proof whose extra data is the leaf: that leaf stands in the log, or a refusal."""
    demand(len(data) <= 2 * canonical.LEAF_BYTES, "shape", "proof: over its limit")
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Refused("shape", "proof: not UTF-8") from None
    demand(lines[0] == "c2sp.org/tlog-proof@v1" and "" in lines and len(lines) >= 4, "shape", "proof: no tlog-proof")
    gap = lines.index("")
    demand(3 <= gap <= 3 + LONGEST_INCLUSION, "shape", "proof: not extra, index and at most 53 hashes")
    extra, index = lines[1].removeprefix("extra "), lines[2].removeprefix("index ")
    named = lines[1] != extra and lines[2] != index and _INDEX.fullmatch(index)
    demand(named and int(index) <= canonical.LARGEST, "shape", "proof: no extra or no index")
    leaf = decode64(extra, "extra")
    proof = [decode64(one, "proof", 32) for one in lines[3:gap]]
    record = Record(leaf, int(index), trust.tenant, "leaf")
    checkpoint = open_checkpoint("\n".join(lines[gap + 1:]), trust)
    founded = record.index != 0 or leaf_hash(leaf) == trust.genesis
    demand(founded, "genesis", "record 0 is not the genesis of the trust file")
    there = included(record.hash, record.index, checkpoint.size, proof, checkpoint.root)
    demand(there, "inclusion", "the leaf is not in the log")
