"""Where lines end, strings begin and escapes stand in a block, found with numpy."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from datasets.marks import Numbers

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

PIECE = 128 * 1024  # bytes; what is made of them stays in the cache
PADDING = 16
QUOTE, BACKSLASH, NEWLINE = b'"\\\n'


class Layout:
    """A block of whole lines. Positions are offsets in it, in bytes; a last line without its newline gets one."""

    def __init__(self, block: bytes) -> None:
        self.size = len(block) + (not block.endswith(b"\n"))
        self.data = block + b"\n" * (self.size - len(block)) + bytes(PADDING)
        self.bytes: Bytes = np.frombuffer(self.data, np.uint8)
        self.ends = self._positions(NEWLINE)
        self.starts = np.concatenate([[0], self.ends[:-1] + 1])
        self.is_ascii = block.isascii()

    @cached_property
    def escapes(self) -> Numbers:
        """The backslashes that escape the byte after them."""
        if b"\\" not in self.data:
            return np.empty(0, np.int64)
        found = self._positions(BACKSLASH)
        begins_run = np.diff(found, prepend=-2) != 1
        number = np.arange(len(found))
        in_run = number - np.maximum.accumulate(np.where(begins_run, number, 0))
        escapes: Numbers = found[in_run & 1 == 0]
        return escapes

    @cached_property
    def quotes(self) -> Numbers:
        """The quotes that are not escaped: those that open and close strings."""
        found = self._positions(QUOTE)
        if not len(self.escapes) or not len(found):
            return found
        after = np.flatnonzero(self.bytes[found - 1] == BACKSLASH)
        escaped = is_among(found[after] - 1, self.escapes)
        return np.delete(found, after[escaped])

    @cached_property
    def first_quote(self) -> Numbers:
        """For each line, and the end, the index of the first of `quotes` from its start on."""
        return np.searchsorted(self.quotes, np.append(self.starts, self.size))

    def words(self, positions: Numbers) -> Words:
        """The eight bytes at each position."""
        return self._words[positions]

    def pairs(self, positions: Numbers) -> npt.NDArray[np.uint16]:
        """The two bytes at each position."""
        return self._pairs[positions]

    def stands_at(self, positions: Numbers, fragment: bytes) -> Flags:
        """Whether the fragment stands at each position."""
        if len(positions) and int(positions.max()) + len(fragment) > self.size:
            fits = positions + len(fragment) <= self.size
            return fits & self.stands_at(np.where(fits, positions, 0), fragment) if fits.any() else fits
        if len(fragment) < 8:
            mask = np.uint64(2 ** (8 * len(fragment)) - 1)
            short: Flags = self.words(positions) & mask == _word(fragment)
            return short
        found: Flags = self.words(positions) == _word(fragment)
        for start in range(8, len(fragment), 8):
            start = min(start, len(fragment) - 8)
            found &= self.words(positions + start) == _word(fragment[start : start + 8])
        return found

    @cached_property
    def _words(self) -> Words:
        return np.ndarray((len(self.data) - 7,), "<u8", self.data, strides=(1,))

    @cached_property
    def _pairs(self) -> npt.NDArray[np.uint16]:
        return np.ndarray((len(self.data) - 1,), "<u2", self.data, strides=(1,))

    def _positions(self, byte: int) -> Numbers:
        is_there = np.empty(min(PIECE, self.size), bool)
        found = []
        for start in range(0, self.size, PIECE):
            piece = self.bytes[start : min(start + PIECE, self.size)]
            positions = np.flatnonzero(np.equal(piece, byte, out=is_there[: len(piece)]))
            positions += start
            found.append(positions)
        return np.concatenate(found)


def is_among(positions: Numbers, ascending: Numbers) -> Flags:
    """Which of the positions are there; one at least is."""
    at = np.minimum(np.searchsorted(ascending, positions), len(ascending) - 1)
    found: Flags = ascending[at] == positions
    return found


def _word(fragment: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(fragment[:8], "little"))
