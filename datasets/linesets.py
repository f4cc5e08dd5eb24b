"""Which lines of a file have errors, a bit each, and how they are spread over the file: counts of its equal parts."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
import numpy.typing as npt

from datasets.marks import Numbers

AT_ONCE = 128 * 1024  # bytes of bits that are looked at


class LineSet(msgspec.Struct):
    """Some lines of a part of a file, numbered from 1. Nothing is kept behind the last of them."""

    bits: bytearray = msgspec.field(default_factory=bytearray)

    @classmethod
    def of(cls, firsts: npt.ArrayLike, counts: npt.ArrayLike, lines: int) -> LineSet:
        """From runs of lines that do not overlap, each as its first line and how many, in a part of so many lines."""
        begins = np.asarray(firsts, np.int64) - 1
        steps = np.zeros(lines + 1, np.int8)
        steps[begins] += 1
        steps[begins + np.asarray(counts, np.int64)] -= 1
        flags = np.cumsum(steps, out=steps).view(bool)
        return cls(bytearray(np.packbits(flags, bitorder="little").tobytes().rstrip(b"\0")))

    def extend(self, other: LineSet, lines: int) -> None:
        """Append the lines of a part that stands behind so many lines."""
        if not other.bits:
            return
        at, shift = divmod(lines, 8)
        moved = int.from_bytes(other.bits, "little") << shift
        added = moved.to_bytes((moved.bit_length() + 7) // 8, "little")
        self.bits.extend(bytes(max(0, at + 1 - len(self.bits))))
        self.bits[at] |= added[0]
        self.bits += added[1:]

    def numbers(self) -> Iterable[Numbers]:
        """The numbers of the lines, in order, many at a time."""
        for start in range(0, len(self.bits), AT_ONCE):
            bits = np.frombuffer(bytes(self.bits[start : start + AT_ONCE]), np.uint8)
            yield np.flatnonzero(np.unpackbits(bits, bitorder="little")) + 8 * start + 1


def spread(numbers: Iterable[Numbers], lines: int, parts: int) -> list[int]:
    """How many of the lines stand in each of so many equal parts of a file; of a file of fewer lines, in each line."""
    parts = min(parts, lines)
    counts = np.zeros(parts, np.int64)
    for some in numbers:
        counts += np.bincount((some - 1) * parts // max(lines, 1), minlength=parts)
    return counts.tolist()
