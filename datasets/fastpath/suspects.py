r"""Which lines may say something odd (`datasets.contents`): they are left to the judge.

Whatever is odd begins with `<|`, `<think>` or `</think>`. These stand in the line as they are, but for the slash, which
may be escaped, or one of their characters is written by its code, \u0020 to \u007f. That is rare, and worth no closer
look.
"""

from __future__ import annotations

import re

import numpy as np

from datasets.fastpath.layout import Layout
from datasets.marks import Numbers

AS_IT_IS = re.compile(rb"<(?:\||\\?/?think>)")
BY_ITS_CODE = rb"\u00"
DIGIT = len(BY_ITS_CODE)  # the place of the one that tells ASCII, from 2 to 7; below are control characters


def without(layout: Layout, lines: Numbers) -> Numbers:
    """Those of the lines (ascending indexes) in which nothing is suspicious."""
    found = _coded(layout)
    if b"<" in layout.data:  # one byte is sought many times as fast as two
        written = np.fromiter((match.start() for match in AS_IT_IS.finditer(layout.data)), np.int64)
        found = np.concatenate([found, written])
    if not len(found):
        return lines
    return np.setdiff1d(lines, np.searchsorted(layout.ends, found), assume_unique=True)


def _coded(layout: Layout) -> Numbers:
    """The escapes that stand for a character of ASCII that is written otherwise most of the time."""
    at = layout.escapes
    if len(at):
        at = at[layout.stands_at(at, BY_ITS_CODE)]
        digit = layout.bytes[np.minimum(at + DIGIT, layout.size)]
        at = at[(digit >= ord("2")) & (digit <= ord("7"))]
    return at
