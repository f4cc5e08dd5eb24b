"""How many characters, and Chinese ones, each line of a block has, counted bit by bit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datasets.fastpath.escapes import adjust
from datasets.fastpath.layout import Bytes, Flags, Layout
from datasets.marks import Numbers

FIRST_OF_CHINESE = 0xE4  # up to 0xE9: the first bytes of U+4000 to U+9FFF
LAST_CONTINUATION = -65  # as a signed byte: continuation bytes are those up to it


class Letters(NamedTuple):
    """By line: `fewer` is how many characters fewer than bytes it has, `wide` the bytes that begin no character.

    `wide` and `chinese` are as if no character were escaped.
    """

    fewer: Numbers
    chinese: Numbers
    wide: Numbers


def count(layout: Layout) -> Letters:
    """Count what contents are written with; outside of them there is nothing but ASCII."""
    continued = chinese = np.zeros(len(layout.ends), np.int64)
    if not layout.is_ascii:
        continued = layout.by_line(layout.bits(_is_continuation))
        chinese = layout.by_line(layout.bits(_begins_chinese))
    if not layout.has_escapes:
        return Letters(continued, chinese, continued)
    escaped = adjust(layout)
    return Letters(continued + escaped.fewer, chinese + escaped.chinese, continued + escaped.wide)


def _is_continuation(piece: Bytes) -> Flags:
    return piece.view(np.int8) <= LAST_CONTINUATION


def _begins_chinese(piece: Bytes) -> Flags:
    return piece - np.uint8(FIRST_OF_CHINESE) < 6
