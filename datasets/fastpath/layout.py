"""Where lines end in a block, and what stands where, found with numpy: a bit for each byte, looked at by the word."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cached_property

import numpy as np
import numpy.typing as npt

from datasets.marks import Hashes, Numbers, marks_of

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Test = Callable[[Bytes], Flags]

PIECE = 256 * 1024  # bytes; what is made of them stays in the cache
LONGEST = 256  # bytes of what is looked for at a position
PADDING = LONGEST + 8
WORD_BITS = 64
ONE = np.uint64(1)
QUOTE, BACKSLASH, LETTER_U = b'"\\u'


class Layout:
    """A block of whole lines. Positions are offsets in it, in bytes; a last line without its newline gets one."""

    def __init__(self, block: bytes) -> None:
        self.size = len(block) + (not block.endswith(b"\n"))
        self.data = block + b"\n" * (self.size - len(block)) + bytes(PADDING)
        self.bytes: Bytes = np.frombuffer(self.data, np.uint8)
        lengths, self.marks = self._measure()
        self.ends = np.cumsum(lengths) - 1
        self.starts = self.ends + 1 - lengths
        self.is_ascii = block.isascii()
        self.has_escapes = b"\\" in block

    def _measure(self) -> tuple[Numbers, Hashes]:
        """How long lines are, newlines and all, and their marks."""
        lengths, marks = [], []
        start = 0
        while start < self.size:
            end = self.data.rfind(b"\n", start, start + PIECE) + 1 or self.data.find(b"\n", start) + 1
            lines = io.BytesIO(self.data[start:end]).readlines()  # by far the fastest way to split bytes
            lengths.append(np.fromiter(map(len, lines), np.int64, len(lines)))
            marks.append(marks_of(lines))
            start = end
        return np.concatenate(lengths), np.concatenate(marks)

    def bits(self, test: Test, ahead: int = 0) -> Words:
        """Which bytes pass the test, or of which the one so far ahead does: a bit each, the first the lowest."""
        found = np.zeros(self.size // WORD_BITS * 8 + 16, np.uint8)
        for start in range(0, self.size, PIECE):
            piece = self.bytes[start + ahead : min(start + PIECE, self.size) + ahead]
            packed = np.packbits(test(piece), bitorder="little")
            found[start // 8 : start // 8 + len(packed)] = packed
        return found.view("<u8")

    @cached_property
    def quotes(self) -> Words:
        """The quotes that are not escaped: those around strings."""
        found = self.is_byte(QUOTE)
        return found & ~_behind(self.escapes) if self.has_escapes else found

    @cached_property
    def quotes_by_line(self) -> Numbers:
        return self.by_line(self.quotes)

    @cached_property
    def escapes(self) -> Words:
        """The backslashes that escape the byte after them."""
        found = self.is_byte(BACKSLASH)
        return _every_other(found) if (found & _behind(found)).any() else found

    @cached_property
    def units(self) -> Numbers:
        r"""Where escapes like \u0000 stand."""
        if not self.has_escapes:
            return np.empty(0, np.int64)
        return self.positions(self.escapes & self.is_byte(LETTER_U, 1))

    def is_byte(self, byte: int, ahead: int = 0) -> Words:
        return self.bits(lambda piece: piece == byte, ahead)

    def positions(self, bits: Words) -> Numbers:
        """Where bits are set, in order."""
        parts = bits.view("<u2")
        at = np.flatnonzero(parts != 0)
        left = parts[at]
        found: list[Numbers] = []
        while len(at):
            lowest = left & (~left + np.uint16(1))
            found.append(at * 16 + np.bitwise_count(lowest - np.uint16(1)))
            left ^= lowest
            more = np.flatnonzero(left)
            at, left = at[more], left[more]
        if len(found) == 1:
            return found[0]
        return np.sort(np.concatenate(found)) if found else at

    def by_line(self, bits: Words) -> Numbers:
        """How many bits are set in each line."""
        word, mask = self._bounds
        until = np.cumsum(np.bitwise_count(bits), dtype=np.int64)
        at = bits[word]
        counts: Numbers = np.diff(until[word] - np.bitwise_count(at & ~mask))
        return counts

    @cached_property
    def _bounds(self) -> tuple[Numbers, Words]:
        """For each line's start, and the end: the word that it is in, and the bits before it in that word."""
        at = np.append(self.starts, self.size)
        return at // WORD_BITS, (ONE << (at % WORD_BITS).astype(np.uint64)) - ONE

    def runs(self, lines: Numbers) -> list[tuple[int, int, int]]:
        """Where runs of these lines, ascending, start and end, and how many lines stand before each."""
        if not len(lines):
            return []
        begins = np.flatnonzero(np.diff(lines, prepend=-2) != 1)
        first, last = lines[begins], lines[np.append(begins[1:], len(lines)) - 1]
        return list(zip(self.starts[first].tolist(), (self.ends[last] + 1).tolist(), first.tolist(), strict=True))

    def words(self, positions: Numbers) -> Words:
        """The eight bytes at each position."""
        return self._chunks(positions, 8).ravel()

    def stands_at(self, positions: Numbers, fragment: bytes) -> Flags:
        """Whether the fragment stands at each position."""
        if not len(positions):
            return np.empty(0, bool)
        chunks = self._chunks(positions, len(fragment) + -len(fragment) % 8)
        words = np.frombuffer(fragment + bytes(-len(fragment) % 8), "<u8")
        unused = np.uint64(8 * (-len(fragment) % 8))  # bits of the last word
        found: Flags = chunks[:, -1] << unused == words[-1] << unused
        for column, word in enumerate(words[:-1]):
            found &= chunks[:, column] == word
        return found

    def _chunks(self, positions: Numbers, size: int) -> npt.NDArray[np.uint64]:
        """So many bytes, a multiple of eight, at each position, as words: a row each."""
        overlapping = np.ndarray((len(self.data) - size + 1,), f"V{size}", self.data, strides=(1,))
        return overlapping[positions].view("<u8").reshape(-1, size // 8)


def _behind(bits: Words) -> Words:
    """Each bit a place further."""
    found = bits << ONE
    found[1:] |= bits[:-1] >> np.uint64(WORD_BITS - 1)
    return found


def _every_other(bits: Words) -> Words:
    """Of each run of bits every other one, from its first.

    A difference of the whole block, as one number: it borrows from where a run begins at an odd place to its end.
    """
    number = int.from_bytes(bits.tobytes(), "little")
    odd = int.from_bytes(b"\xaa" * (bits.nbytes + 1), "little")
    found = ((number << 1 | odd) - number ^ odd) & number
    return np.frombuffer(found.to_bytes(bits.nbytes, "little"), "<u8")
