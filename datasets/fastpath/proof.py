"""Proof that the strings of lines are JSON's: UTF-8, no raw control character, no wrong escape, no lone surrogate.

One parse of many lines as an array proves them all at once. That says nothing of where a line ends, for a newline is
turned into a comma: which strings a line has must be known already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from datasets.fastpath.layout import Flags, Layout
from datasets.marks import Numbers

AT_ONCE = 512 * 1024  # bytes to parse
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def proved(layout: Layout, lines: Numbers) -> Flags:
    """Which of the lines (ascending indexes, each of a known shape) have only good strings."""
    good = np.ones(len(lines), bool)
    for start, end in _portions(layout.starts[lines]):
        if not _all_good(layout, lines[start:end]):
            for number in range(start, end):
                line = lines[number]
                good[number] = _is_good(layout.data[layout.starts[line] : layout.ends[line]])
    return good


def _portions(starts: Numbers) -> Iterator[tuple[int, int]]:
    """Indexes of lines that are parsed at once."""
    if len(starts):
        cuts = np.flatnonzero(np.diff(starts // AT_ONCE)) + 1
        yield from pairwise([0, *cuts.tolist(), len(starts)])


def _all_good(layout: Layout, lines: Numbers) -> bool:
    """Whether these lines parse as an array, once each newline is a comma, and lines in between are blank."""
    if parser is None:
        return False
    start, end = int(layout.starts[lines[0]]), int(layout.ends[lines[-1]])
    array = bytearray(memoryview(layout.data)[start - 1 : end + 1] if start else b"[" + layout.data[: end + 1])
    view = np.frombuffer(array, np.uint8)
    view[layout.ends[lines] - start + 1] = ord(",")
    array[0], array[-1] = b"[]"
    for gap in np.flatnonzero(np.diff(lines) != 1).tolist():
        view[layout.ends[lines[gap]] + 2 - start : layout.starts[lines[gap + 1]] + 1 - start] = ord(" ")
    return _parses(array)


def _is_good(line: bytes) -> bool:
    if parser is not None:
        return _parses(line)
    if SURROGATE.search(line):
        return False
    try:
        json.loads(line.decode())
    except ValueError:
        return False
    return True


def _parses(data: bytes | bytearray) -> bool:
    try:
        parser.parse(data)
    except ValueError:
        return False
    return True


def _make_parser() -> Any:
    """None where simdjson has no wheel for this Python: line by line, then, at half the speed or less."""
    try:
        from simdjson import Parser
    except ImportError:
        return None
    return Parser()


parser = _make_parser()
