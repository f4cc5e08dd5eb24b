"""Which contents are empty or have white space at an end: what the judge warns of."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from datasets.fastpath.escapes import codes
from datasets.fastpath.layout import BACKSLASH, LETTER_U, Bytes, Flags, Layout, Words
from datasets.marks import Numbers

SPACES = [code for code in range(0x10000) if chr(code).isspace()]
WRITTEN = [chr(code).encode() for code in SPACES]
LETTERS_OF_SPACES = b"nrtf"  # of the escapes that stand for white space
DIGITS = b"0123456789abcdefABCDEF"

NO, YES, MAYBE = range(3)


def _flags(size: int, numbers: Iterable[int]) -> Flags:
    flags = np.zeros(size, bool)
    flags[list(numbers)] = True
    return flags


def _table(maybe: Iterable[int]) -> Bytes:
    """Whether what begins or ends with a byte begins or ends with white space."""
    table = np.full(256, NO, np.uint8)
    table[list(maybe)] = MAYBE
    table[ord(" ")] = YES
    return table


IS_SPACE = _flags(0x10000, SPACES)
IS_LETTER_OF_SPACE = _flags(256, LETTERS_OF_SPACES)
WIDE = [np.array(sorted(int.from_bytes(w, "little") for w in WRITTEN if len(w) == size), np.uint64) for size in (2, 3)]
BEGINS = _table([*(written[0] for written in WRITTEN if len(written) > 1), BACKSLASH])
ENDS = _table(written[-1] for written in WRITTEN if len(written) > 1)
ENDS_ESCAPED = np.maximum(ENDS, _table(LETTERS_OF_SPACES + DIGITS))


def tidy(layout: Layout, opens: Numbers, closes: Numbers) -> Flags:
    """Which of the contents between these quotes are not empty, and neither begin nor end with white space.

    Of some that do not, it is not sure.
    """
    begins = BEGINS[layout.bytes[opens + 1]]
    ends = (ENDS_ESCAPED if layout.has_escapes else ENDS)[layout.bytes[closes - 1]]
    odd = (opens + 1 == closes) | (begins == YES) | (ends == YES)
    at = np.flatnonzero(begins == MAYBE)
    odd[at] |= _begin_with_space(layout.words(opens[at] + 1))
    at = np.flatnonzero(ends == MAYBE)
    odd[at] |= _end_with_space(layout.words(closes[at] - 8), layout.has_escapes)
    found: Flags = ~odd
    return found


def _begin_with_space(words: Words) -> Flags:
    """Whether the lowest bytes are white space."""
    found: Flags = _byte(words, 0) == BACKSLASH
    found &= _are_escaped_spaces(words)
    for size, spaces in zip((2, 3), WIDE, strict=True):
        found |= _is_among(words & np.uint64(2 ** (8 * size) - 1), spaces)
    return found


def _end_with_space(words: Words, has_escapes: bool) -> Flags:
    """Whether the highest bytes are white space, or might be."""
    found = np.zeros(len(words), bool)
    for size, spaces in zip((2, 3), WIDE, strict=True):
        found |= _is_among(words >> np.uint64(64 - 8 * size), spaces)
    for place in (2, 6) if has_escapes else ():  # of the backslash: before four digits, or one letter
        before, further = (_byte(words, place - ahead) == BACKSLASH for ahead in (1, 2))
        escapes = (_byte(words, place) == BACKSLASH) & (~before | further)
        is_unit = _byte(words, place + 1) == LETTER_U
        found |= escapes & (is_unit == (place == 2)) & _are_escaped_spaces(words >> np.uint64(8 * place))
    return found


def _are_escaped_spaces(words: Words) -> Flags:
    """Whether what follows the lowest byte, a backslash, makes white space of it."""
    letter = _byte(words, 1)
    is_unit = letter == LETTER_U
    found: Flags = IS_LETTER_OF_SPACE[letter] | is_unit & IS_SPACE[codes(words >> np.uint64(16))]
    return found


def _byte(words: Words, place: int) -> Bytes:
    return (words >> np.uint64(8 * place)).astype(np.uint8)


def _is_among(words: Words, ascending: Words) -> Flags:
    at = np.minimum(np.searchsorted(ascending, words), len(ascending) - 1)
    found: Flags = ascending[at] == words
    return found
