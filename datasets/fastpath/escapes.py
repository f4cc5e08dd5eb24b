r"""What escapes stand for: the code of \u0000, and how many characters fewer a content has than it is written with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datasets.fastpath.layout import Layout, Words
from datasets.marks import Numbers


class Adjusted(NamedTuple):
    """For each line: how many characters fewer it has than it is written with, and what the escaped ones add.

    `wide` are the bytes beyond the first that a character has in UTF-8.
    """

    fewer: Numbers
    chinese: Numbers | int = 0
    wide: Numbers | int = 0


def codes(digits: Words) -> Numbers:
    """The code units that four hexadecimal digits name, written in the lowest bytes of each word."""
    values = (digits & np.uint64(0x0F0F0F0F)) + np.uint64(9) * (digits >> np.uint64(6) & np.uint64(0x01010101))
    code = np.zeros(len(values), np.uint64)
    for place in range(4):
        code = code << np.uint64(4) | values >> np.uint64(8 * place) & np.uint64(0xF)
    return code.astype(np.int64)


def adjust(layout: Layout) -> Adjusted:
    """What the escapes in the contents of lines make different; of lines that are not proved, nothing sensible."""
    fewer, units = layout.by_line(layout.escapes), layout.units
    if not len(units):
        return Adjusted(fewer)
    code = codes(layout.words(units + 2))
    is_high = (code >= 0xD800) & (code < 0xDC00)  # the first half of a pair: four bytes, with the other
    is_low = (code >= 0xDC00) & (code < 0xE000)
    wide = np.where(is_low, 0, (code >= 0x80).astype(np.int64) + (code >= 0x800) + is_high)
    bounds = np.searchsorted(units, np.append(layout.starts, layout.size))
    saved, chinese, wide = (
        np.diff(np.append(0, np.cumsum(values))[bounds])
        for values in (4 + is_high, (code >= 0x4000) & (code < 0xA000), wide)
    )
    return Adjusted(fewer + saved, chinese, wide)
