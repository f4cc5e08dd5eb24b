"""Marks of lines, to find a line that is there twice: 8 bytes a line.

A mark is a hash. Two different lines hardly ever share one, but it could be: `datasets.duplicates` says what to do
about that. Marks are appended in line order and compared once, at the end of the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

import msgspec
import numpy as np
import numpy.typing as npt
import xxhash

MARK_BYTES = 8
AT_ONCE = 2**18

Numbers = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]


def mark(line: bytes) -> int:
    """The mark of a line, its end left off."""
    return xxhash.xxh3_64_intdigest(line + b"\n")


def marks_of(lines: Iterable[bytes]) -> Hashes:
    """The marks of lines, each with its end: that is what the fastest way to split bytes leaves there."""
    return np.frombuffer(b"".join(map(xxhash.xxh3_64_digest, lines)), ">u8").astype(np.uint64)


class Marks(msgspec.Struct):
    """The marks of some lines. `runs` are pairs of a line's number and the index of its mark.

    There is a pair where the lines with marks do not go on with the next one: for good lines that stand together,
    numbers cost nothing. The first of the marks may be kept `elsewhere`: so many of them.
    """

    marks: bytearray = msgspec.field(default_factory=bytearray)
    runs: list[tuple[int, int]] = []
    elsewhere: int = 0

    @classmethod
    def of(cls, numbers: Numbers, hashes: Hashes) -> Marks:
        """The marks of these lines, in ascending order."""
        breaks = np.flatnonzero(np.diff(numbers, prepend=-1) != 1)
        runs = list(zip(numbers[breaks].tolist(), breaks.tolist(), strict=True))
        return cls(bytearray(hashes.astype("<u8").tobytes()), runs)

    def __len__(self) -> int:
        return self.elsewhere + len(self.marks) // MARK_BYTES

    def extend(self, other: Marks, lines: int) -> None:
        """Append the marks of a block that stands behind so many lines."""
        count = len(self)
        for number, index in other.runs:
            if index or not self.runs or self._next() != number + lines:
                self.runs.append((number + lines, index + count))
        self.marks += other.marks

    def let_go(self) -> bytearray:
        """The marks that are here, for one who keeps them elsewhere, behind those that are there."""
        gone, self.elsewhere, self.marks = self.marks, len(self), bytearray()
        return gone

    def come_back(self, marks: bytearray) -> None:
        """Take the marks that were elsewhere; there are none here."""
        self.marks, self.elsewhere = marks, 0

    def hashes(self) -> Hashes:
        """All of them, as they lie in memory."""
        return np.frombuffer(self.marks, "<u8")

    def numbers(self, indexes: Numbers) -> Numbers:
        """The numbers of the lines whose marks have these indexes."""
        lines = np.array(array("q", (number for number, _ in self.runs)))
        starts = np.array(array("q", (index for _, index in self.runs)))
        run = np.searchsorted(starts, indexes, side="right") - 1
        numbers: Numbers = lines[run] + indexes - starts[run]
        return numbers

    def lines(self) -> Iterator[Numbers]:
        """The numbers of all lines with marks, in order, many at a time."""
        for start in range(0, len(self), AT_ONCE):
            yield self.numbers(np.arange(start, min(start + AT_ONCE, len(self))))

    def _next(self) -> int:
        """The number of the line after the last."""
        number, index = self.runs[-1]
        return number + len(self) - index
