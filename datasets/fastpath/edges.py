"""Which contents are empty or have white space at an end: what the judge warns of."""

from __future__ import annotations

import numpy as np

from datasets.fastpath.escapes import NO_CODE, codes_at
from datasets.fastpath.layout import BACKSLASH, Flags, Layout, is_among
from datasets.marks import Numbers

SPACES = [code for code in range(0x10000) if chr(code).isspace()]
LETTERS_OF_SPACES = np.frombuffer(b"nrtf", np.uint8)  # of the escapes that stand for white space
ESCAPED_UNIT = 6  # bytes of \u0000

IS_SPACE = np.zeros(NO_CODE + 1, bool)
IS_SPACE[SPACES] = True


WRITTEN = [chr(code).encode() for code in SPACES]
WIDE = [np.array(sorted(int.from_bytes(w, "little") for w in WRITTEN if len(w) == size)) for size in (2, 3)]


def _table(at: slice) -> Flags:
    """Whether two bytes may be the first two, or last two, of white space of more than one byte."""
    table = np.zeros(0x10000, bool)
    table[[int.from_bytes(written[at], "little") for written in WRITTEN if len(written) > 1]] = True
    return table


BEGINS, ENDS = _table(slice(None, 2)), _table(slice(-2, None))


def odd(layout: Layout, opens: Numbers, closes: Numbers) -> Flags:
    """Which of the strings between these quotes are empty, or begin or end with white space, or might."""
    first, last = layout.bytes[opens + 1], layout.bytes[closes - 1]
    found: Flags = (opens + 1 == closes) | (first == ord(" ")) | (last == ord(" "))
    if not layout.is_ascii:
        found |= _is_wide(layout, opens + 1, 0, BEGINS) | _is_wide(layout, closes - 2, 2, ENDS)
    if len(layout.escapes):
        found |= _begins_escaped(layout, opens, first) | _ends_escaped(layout, closes)
    return found


def _is_wide(layout: Layout, pairs: Numbers, behind: int, may_be: Flags) -> Flags:
    """Whether white space of several bytes begins with two bytes that may be its, or ends with them."""
    found = may_be[layout.pairs(pairs)]
    at = np.flatnonzero(found)
    if len(at):
        found[at] = False
        for size, codes in zip((2, 3), WIDE, strict=True):
            start = pairs[at] + (behind and behind - size)
            found[at] |= is_among((layout.words(start) & np.uint64(2 ** (8 * size) - 1)).astype(np.int64), codes)
    return found


def _begins_escaped(layout: Layout, opens: Numbers, first: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Flags:
    found = np.zeros(len(opens), bool)
    at = np.flatnonzero(first == BACKSLASH)
    found[at] = _is_escaped_space(layout, opens[at] + 1)
    return found


def _ends_escaped(layout: Layout, closes: Numbers) -> Flags:
    found = np.zeros(len(closes), bool)
    for length in (2, ESCAPED_UNIT):
        at = np.flatnonzero(layout.bytes[closes - length] == BACKSLASH)
        at = at[is_among(closes[at] - length, layout.escapes)]
        is_unit = layout.bytes[closes[at] - length + 1] == ord("u")
        at = at[is_unit == (length == ESCAPED_UNIT)]
        found[at] = _is_escaped_space(layout, closes[at] - length)
    return found


def _is_escaped_space(layout: Layout, escapes: Numbers) -> Flags:
    letter = layout.bytes[escapes + 1]
    return np.isin(letter, LETTERS_OF_SPACES) | IS_SPACE[codes_at(layout, escapes)]
