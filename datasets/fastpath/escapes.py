r"""What escapes stand for: the code of \u0000, and how many characters fewer a content has than it is written with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datasets.fastpath.layout import Layout
from datasets.marks import Numbers

NO_CODE = 0x10000
NO_DIGIT = 0xFFFFF
HEX = np.full(256, NO_DIGIT, np.int64)
HEX[np.frombuffer(b"0123456789abcdef", np.uint8)] = range(16)
HEX[np.frombuffer(b"ABCDEF", np.uint8)] = range(10, 16)


class Adjusted(NamedTuple):
    """For each line: how many characters fewer it has than it is written with, and what the escaped ones add.

    `wide` are the bytes beyond the first that a character has in UTF-8.
    """

    fewer: Numbers
    chinese: Numbers
    wide: Numbers


def codes_at(layout: Layout, escapes: Numbers) -> Numbers:
    r"""The code unit that each escape names, 65536 if it is none of \u and four digits."""
    codes = np.full(len(escapes), NO_CODE)
    at = np.flatnonzero(layout.bytes[escapes + 1] == ord("u"))
    value = np.zeros(len(at), np.int64)
    for digit in range(2, 6):
        # Behind the block's end stands padding, which is no digit.
        value = value * 16 + HEX[layout.bytes[np.minimum(escapes[at] + digit, len(layout.bytes) - 1)]]
    codes[at] = np.where(value < NO_CODE, value, NO_CODE)
    return codes


def adjust(layout: Layout) -> Adjusted | None:
    """None if the block has no escapes."""
    escapes = layout.escapes
    if not len(escapes):
        return None
    line = np.searchsorted(layout.ends, escapes)
    fewer, chinese, wide = (np.full(len(escapes), start, np.float64) for start in (1, 0, 0))
    units = np.flatnonzero(layout.bytes[escapes + 1] == ord("u"))
    if len(units):
        codes = codes_at(layout, escapes[units])
        is_high = (codes >= 0xD800) & (codes < 0xDC00)  # the first half of a pair: four bytes, with the other
        is_low = (codes >= 0xDC00) & (codes < 0xE000)
        fewer[units] = 5 + is_high
        chinese[units] = (codes >= 0x4000) & (codes < 0xA000)
        wide[units] = np.where(is_low, 0, (codes >= 0x80).astype(np.int64) + (codes >= 0x800) + is_high)
    return Adjusted(*(_by_line(line, values, len(layout.ends)) for values in (fewer, chinese, wide)))


def _by_line(line: Numbers, values: np.ndarray[tuple[int], np.dtype[np.float64]], lines: int) -> Numbers:
    return np.bincount(line, values, minlength=lines).astype(np.int64)
