"""Marks of lines, to find a line that is there twice: 16 bytes a line.

A mark is 12 bytes of a hash, far too many for two different lines to share one, so equal marks need no second look at
the lines. Marks are appended in line order and compared once, at the end of the file.
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from collections.abc import Iterable, Iterator

import msgspec

MARK_BYTES = 12
NUMBER = struct.Struct("=I")
BUCKET = 200_000  # marks that are compared in one dictionary: some 30 MB of memory


class Marks(msgspec.Struct):
    """The marks of some lines, and the lines' numbers, four bytes each."""

    marks: bytearray = msgspec.field(default_factory=bytearray)
    numbers: bytearray = msgspec.field(default_factory=bytearray)

    def add(self, number: int, line: bytes) -> None:
        """Remember a line, its end left off, whose number is higher than any before."""
        self.marks += hashlib.blake2b(line, digest_size=MARK_BYTES).digest()
        self.numbers += NUMBER.pack(number)

    def extend(self, other: Marks, lines: int) -> None:
        """Append the marks of a block that stands behind so many lines."""
        self.marks += other.marks
        self.numbers += array("I", [number + lines for number in array("I", bytes(other.numbers))]).tobytes()

    def repeats(self) -> list[tuple[int, int]]:
        """Each line that is there before, as (its number, the number of the first such line), in order."""
        marks = bytes(self.marks)
        found: list[tuple[int, int]] = []
        for bucket in self._buckets(marks):
            found.extend(self._repeats_among(bucket, marks))
        return sorted(found)

    def _repeats_among(self, indexes: Iterable[int], marks: bytes) -> Iterator[tuple[int, int]]:
        first: dict[bytes, int] = {}
        for index in indexes:
            earlier = first.setdefault(marks[index * MARK_BYTES : (index + 1) * MARK_BYTES], index)
            if earlier != index:
                yield self._number(index), self._number(earlier)

    def _buckets(self, marks: bytes) -> list[array[int]]:
        """Indexes of marks, parted so that equal marks fall together and no dictionary grows with the file."""
        buckets = [array("I") for _ in range(1 + len(marks) // MARK_BYTES // BUCKET)]
        for index in range(len(marks) // MARK_BYTES):
            key = int.from_bytes(marks[index * MARK_BYTES : index * MARK_BYTES + 4], "little")
            buckets[key % len(buckets)].append(index)
        return buckets

    def _number(self, index: int) -> int:
        number: int = NUMBER.unpack_from(self.numbers, index * NUMBER.size)[0]
        return number
