"""Where lines start: of every 256 KiB of a file, the first line that starts there. Any other is found from these."""

from __future__ import annotations

from bisect import bisect_right

import msgspec
import numpy as np

GRAIN = 256 * 1024  # bytes
NEWLINE = ord("\n")


class LineIndex(msgspec.Struct):
    """Pairs of a line's number, from 1, and its offset in the file, in bytes, in order."""

    starts: list[tuple[int, int]] = []

    @classmethod
    def of(cls, block: bytes, offset: int) -> LineIndex:
        """The index of whole lines that begin at `offset` of the file, numbered from 1 in their block."""
        index = cls()
        line, position = 1, 0
        bytes_of = np.frombuffer(block, np.uint8)  # numpy counts them many times faster than `bytes` does
        while position < len(block):
            index.starts.append((line, offset + position))
            grain_end = (offset + position) // GRAIN * GRAIN + GRAIN - offset
            following = block.find(b"\n", grain_end - 1) + 1 if grain_end < len(block) else 0
            if not following:
                break
            line += int(np.count_nonzero(bytes_of[position:following] == NEWLINE))
            position = following
        return index

    def extend(self, other: LineIndex, lines: int) -> None:
        """Append the index of a part that stands behind so many lines."""
        for line, offset in other.starts:
            if not self.starts or self.starts[-1][1] // GRAIN != offset // GRAIN:
                self.starts.append((line + lines, offset))

    def moved(self, size: int) -> LineIndex:
        """The same index of a part that stands so many bytes further on."""
        return LineIndex([(line, offset + size) for line, offset in self.starts])

    def before(self, number: int) -> tuple[int, int]:
        """The last line up to `number` whose offset is known, and that offset."""
        at = bisect_right(self.starts, number, key=lambda start: start[0])
        return self.starts[at - 1] if at else (1, 0)

    def encode(self) -> bytes:
        """A few bytes a pair."""
        return msgspec.msgpack.encode(self.starts)

    @classmethod
    def decode(cls, stored: bytes) -> LineIndex:
        return cls(msgspec.msgpack.decode(stored, type=list[tuple[int, int]])) if stored else cls()
