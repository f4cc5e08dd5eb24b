"""Lines that are there twice: found by their marks, made sure of in the file.

Lines with equal marks are read again, if the file is at hand, and compared by a hash that nobody can make two lines
share. Neither pass grows with the file but for a few bytes a line that is there twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from datasets.linereader import lines_at
from datasets.marks import Hashes, Marks, Numbers

BUCKET = 2**17  # marks that are compared at a time
CHUNK = 2**18  # marks that are looked at to fill a bucket
AT_ONCE = 2**16  # lines that are read again in one pass over the file

Pairs = npt.NDArray[np.int64]  # of lines: one that is there before, and the first that is the same


class Duplicates(NamedTuple):
    """How many lines are there before; the first of them, and the last if it is not among these, as pairs."""

    total: int
    first: list[tuple[int, int]]
    last: tuple[int, int] | None


def find(marks: Marks, keep: int, file: BinaryIO | None = None) -> Duplicates:
    """The lines that repeat an earlier one. Without the `file` equal marks are taken for equal lines."""
    total = 0
    first: Pairs = np.empty((0, 2), np.int64)
    last: tuple[int, int] | None = None
    for indexes in _batches(marks):
        numbers = marks.numbers(indexes)
        keys = _digests(file, numbers) if file is not None else (marks.hashes()[indexes],)
        pairs = _pairs(_same(numbers, *keys))
        if not len(pairs):
            continue
        total += len(pairs)
        line, earlier = pairs[np.argmax(pairs[:, 0])].tolist()
        last = max(last or (0, 0), (line, earlier))
        together = np.concatenate([first, pairs])
        first = together[np.argsort(together[:, 0], kind="stable")][:keep]
    listed = [(line, earlier) for line, earlier in first.tolist()]
    return Duplicates(total, listed, last if total > len(listed) else None)


def _batches(marks: Marks) -> Iterator[Numbers]:
    """Ascending indexes of marks that are there twice or more, those with equal marks together."""
    waiting: list[Numbers] = []
    for indexes in _buckets(marks.hashes()):
        groups = _same(indexes, marks.hashes()[indexes])
        if len(groups.members):
            waiting.append(groups.members)
        if sum(map(len, waiting)) >= AT_ONCE:
            yield np.sort(np.concatenate(waiting))
            waiting = []
    if waiting:
        yield np.sort(np.concatenate(waiting))


def _buckets(hashes: Hashes) -> Iterator[Numbers]:
    """Indexes of marks, parted so that equal marks fall together and little memory is needed at a time."""
    parts = np.uint64(1 << max(0, (len(hashes) // BUCKET).bit_length()))
    for part in range(int(parts)):
        found = [
            np.flatnonzero(hashes[start : start + CHUNK] & (parts - np.uint64(1)) == np.uint64(part)) + start
            for start in range(0, len(hashes), CHUNK)
        ]
        if found:
            yield np.concatenate(found)


class _Groups(NamedTuple):
    """Things of which there is another with the same keys, those with the same keys together and in order.

    `first` is for each member the first of its group.
    """

    members: Numbers
    first: Numbers


def _same(things: Numbers, *keys: Hashes) -> _Groups:
    """Group ascending `things` by their keys."""
    order = np.lexsort(keys) if len(keys) > 1 else np.argsort(keys[0], kind="stable")
    follows = np.ones(max(0, len(order) - 1), bool)
    for key in keys:
        in_order = key[order]
        follows &= in_order[1:] == in_order[:-1]
    starts = np.concatenate([[True], ~follows]) if len(order) else np.empty(0, bool)
    start = np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0)) if len(order) else order
    is_member = ~starts
    is_member[start[is_member]] = True
    return _Groups(things[order[is_member]], things[order[start[is_member]]])


def _pairs(groups: _Groups) -> Pairs:
    later = groups.members != groups.first
    return np.column_stack([groups.members[later], groups.first[later]])


def _digests(file: BinaryIO, numbers: Numbers) -> tuple[Hashes, Hashes]:
    """Two halves of a hash of each of these lines, of which nobody can make two alike."""
    digests = bytearray()
    for line in lines_at(file, numbers):
        digests += hashlib.blake2b(line, digest_size=16).digest()
    halves = np.frombuffer(digests, "<u8").reshape(-1, 2)
    return halves[:, 0], halves[:, 1]
