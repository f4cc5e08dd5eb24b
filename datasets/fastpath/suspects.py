r"""Which lines may say something odd (`datasets.contents`): they are left to the judge.

Whatever is odd begins with `<|`, `<think>` or `</think>`. These stand in the line as they are, but for the slash, which
may be escaped, or one of their characters is written by its code, \u0020 to \u007f. That is rare, and worth no closer
look.
"""

from __future__ import annotations

import numpy as np

from datasets.fastpath.layout import Flags, Layout
from datasets.marks import Numbers

AS_IT_IS = [b"<|", b"<think>", b"</think>", rb"<\/think>"]
BY_ITS_CODE = rb"\u00"
DIGIT = len(BY_ITS_CODE)  # the place of the one that tells ASCII, from 2 to 7; below are control characters


def absent(layout: Layout) -> Flags:
    """In which lines nothing is suspicious."""
    found = _coded(layout)
    if b"<" in layout.data:
        at = layout.positions(layout.is_byte(ord("<")))
        written = np.logical_or.reduce([layout.stands_at(at, fragment) for fragment in AS_IT_IS])
        found = np.concatenate([found, at[written]])
    absent = np.ones(len(layout.ends), bool)
    absent[np.searchsorted(layout.ends, found)] = False
    return absent


def _coded(layout: Layout) -> Numbers:
    """The escapes that stand for a character of ASCII, which is written otherwise most of the time."""
    at = layout.units[layout.stands_at(layout.units, BY_ITS_CODE)]
    digit = layout.bytes[at + DIGIT]
    return at[(digit >= ord("2")) & (digit <= ord("7"))]
