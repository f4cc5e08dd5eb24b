"""How many characters, and Chinese ones, each line of a block has, counted bit by bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from datasets.fastpath.escapes import adjust
from datasets.fastpath.layout import PIECE, Bytes, Flags, Layout
from datasets.marks import Numbers

WORD_BITS = 64
ONE = np.uint64(1)
FIRST_OF_CHINESE = 0xE4  # up to 0xE9: the first bytes of U+4000 to U+9FFF
LAST_CONTINUATION = -65  # as a signed byte: continuation bytes are those up to it


class Letters(NamedTuple):
    """By line: `continued` are the bytes that begin no character, `fewer` the characters that escapes save.

    `wide` are what `continued` would be without escapes.
    """

    continued: Numbers
    fewer: Numbers
    chinese: Numbers
    wide: Numbers


def count(layout: Layout) -> Letters:
    """Count what contents are written with; outside of them there is nothing but ASCII."""
    none = np.zeros(len(layout.ends), np.int64)
    continued = chinese = none
    if not layout.is_ascii:
        counter = _Counter(layout)
        continued, chinese = counter.by_line(_is_continuation), counter.by_line(_begins_chinese)
    adjusted = adjust(layout)
    if adjusted is None:
        return Letters(continued, none, chinese, continued)
    return Letters(continued, adjusted.fewer, chinese + adjusted.chinese, continued + adjusted.wide)


def _is_continuation(piece: Bytes) -> Flags:
    return piece.view(np.int8) <= LAST_CONTINUATION


def _begins_chinese(piece: Bytes) -> Flags:
    return piece - np.uint8(FIRST_OF_CHINESE) < 6


class _Counter:
    """Counts bytes of each line: a bit for each byte, counted a word at a time."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        at = np.append(layout.starts, layout.size)
        self.word = at // WORD_BITS
        self.mask = (ONE << (at % WORD_BITS).astype(np.uint64)) - ONE  # of the line before, in that word
        self.bits = np.zeros(layout.size // WORD_BITS * 8 + 16, np.uint8)

    def by_line(self, test: Callable[[Bytes], Flags]) -> Numbers:
        """How many bytes of each line pass the test."""
        size = self.layout.size
        for start in range(0, size, PIECE):
            packed = np.packbits(test(self.layout.bytes[start : min(start + PIECE, size)]), bitorder="little")
            self.bits[start // 8 : start // 8 + len(packed)] = packed
        words = self.bits.view("<u8")
        until = np.cumsum(np.bitwise_count(words), dtype=np.int64)
        at = words[self.word]
        counts: Numbers = np.diff(until[self.word] - np.bitwise_count(at) + np.bitwise_count(at & self.mask))
        return counts
