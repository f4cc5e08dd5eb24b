r"""Which lines may say something odd (`datasets.contents`): they are left to the judge.

What makes a content odd is written in ASCII, so it stands in the line as it is, or one of its characters is written as
an escape of ASCII, \u0020 to \u007f. Such an escape is rare, and worth no closer look.
"""

from __future__ import annotations

import re

import numpy as np

from datasets.contents import ODD_PARTS
from datasets.fastpath.layout import Layout
from datasets.marks import Numbers

ESCAPED = rb"\u00"
PATTERNS = {
    **{part.encode(): re.compile(re.escape(part.encode())) for part in ODD_PARTS},
    ESCAPED: re.compile(re.escape(ESCAPED) + rb"[2-7]"),
}  # by what each begins with: `in` is many times as fast as a pattern


def without(layout: Layout, lines: Numbers) -> Numbers:
    """Those of the lines (ascending indexes) in which nothing is suspicious."""
    patterns = [pattern for begin, pattern in PATTERNS.items() if begin in layout.data]
    found = [match.start() for pattern in patterns for match in pattern.finditer(layout.data)]
    if not found:
        return lines
    return np.setdiff1d(lines, np.searchsorted(layout.ends, found), assume_unique=True)
