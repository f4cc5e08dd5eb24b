"""Lines that a training and a validation file share: exact, in 16 bytes a line of either. Safe to run twice."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from django.utils import timezone

from datasets import storing
from datasets.claims import OVERLAPS
from datasets.limits import LISTED
from datasets.models import Overlap

MARK = 12  # bytes of a hash, far too many for two different lines to share one
BUCKET = 200_000  # marks that are compared in one dictionary
LINE_END = b"\r\n"


class Shared(NamedTuple):
    """How many lines are shared, and the first of them and the last: their numbers in either file."""

    total: int
    listed: list[tuple[int, int]]


def compare(overlap_id: int) -> None:
    """Find the overlap, unless that is done, or being done by someone else."""
    overlap = OVERLAPS.claim(overlap_id)
    if overlap is None:
        return
    try:
        with (
            storing.open_file(overlap.training.path) as training,
            storing.open_file(overlap.validation.path) as validation,
        ):
            shared = find(training, validation)
    except FileNotFoundError:
        return
    # Even of an attempt that was taken for dead: files never change, so each finds the same.
    Overlap.objects.filter(pk=overlap_id).update(found_at=timezone.now(), count=shared.total, listed=shared.listed)


def find(training: BinaryIO, validation: BinaryIO, keep: int = LISTED) -> Shared:
    """Each line of the training file that is in the validation file, too, with the first such line there."""
    ours, theirs = _marks(training), _marks(validation)
    shared: array[int] = array("Q")  # both numbers in one, four bytes each
    count = 1 + (len(ours) + len(theirs)) // MARK // BUCKET
    for bucket, others in zip(_buckets(ours, count), _buckets(theirs, count), strict=True):
        first: dict[bytes, int] = {}
        for index in others:
            first.setdefault(_mark(theirs, index), index)
        for index in bucket:
            there = first.get(_mark(ours, index))
            if there is not None:
                shared.append((index + 1) << 32 | (there + 1))
    listed = sorted(shared)
    kept = listed if len(listed) <= keep else [*listed[:keep], listed[-1]]
    return Shared(len(listed), [(pair >> 32, pair & 0xFFFFFFFF) for pair in kept])


def _marks(file: Iterable[bytes]) -> bytearray:
    """A mark for each line; blank ones, which say nothing, have one that is like no other line's."""
    marks = bytearray()
    for line in file:
        said = line.rstrip(LINE_END)
        marks += hashlib.blake2b(said, digest_size=MARK).digest() if said.strip() else bytes(MARK)
    return marks


def _mark(marks: bytearray, index: int) -> bytes:
    return bytes(marks[index * MARK : (index + 1) * MARK])


def _buckets(marks: bytearray, count: int) -> Iterator[array[int]]:
    buckets = [array("I") for _ in range(count)]
    for index in range(len(marks) // MARK):
        mark = _mark(marks, index)
        if any(mark):
            buckets[int.from_bytes(mark[:4], "little") % count].append(index)
    yield from buckets
