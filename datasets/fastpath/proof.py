"""Proof that contents are JSON's strings: UTF-8, no raw control character, no wrong escape, no lone surrogate.

The lines that match become one string, which is parsed in one go: quotes are written over, newlines too, and whatever
lies in between. Where a quote may stand must be known already.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import numpy as np

from datasets.fastpath.layout import Bytes, Flags, Layout
from datasets.marks import Numbers

AT_ONCE = 512 * 1024  # bytes to parse
QUOTE, SLASH, SPACE = b'"/ '
OPENING, CLOSING = (np.frombuffer(ends, np.uint8) for ends in (b'["', b'"]'))
PARTS = 16  # in which is parsed again what is not good altogether
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def proved(layout: Layout, lines: Numbers) -> Flags:
    """Which of the lines (ascending indexes, each of a known shape) have only good contents."""
    good = np.ones(len(lines), bool)
    cuts = np.flatnonzero(np.diff(layout.starts[lines] // AT_ONCE, prepend=-1, append=-1))
    for begin, end in pairwise(cuts.tolist()):
        good[begin:end] = _proved(layout, lines[begin:end])
    return good


def _proved(layout: Layout, lines: Numbers) -> Flags:
    offset = layout.starts[lines[0]]
    text = _text(layout, lines)
    good = np.ones(len(lines), bool)
    good[_bad(text, layout.starts[lines] - offset, layout.ends[lines] + 1 - offset, range(len(lines)))] = False
    return good


def _text(layout: Layout, lines: Numbers) -> Bytes:
    r"""These lines, with slashes for quotes, escaped ones too, since \/ is an escape; with spaces for lines between."""
    first, last = int(lines[0]), int(lines[-1])
    start, end = layout.starts[first], layout.ends[last] + 1
    text: Bytes = (layout.bytes[start:end] == QUOTE).view(np.uint8)
    text *= SLASH - QUOTE
    text += layout.bytes[start:end]
    text[layout.ends[first : last + 1] - start] = SPACE
    for line in np.flatnonzero(np.diff(lines) != 1).tolist():
        text[layout.ends[lines[line]] - start : layout.starts[lines[line + 1]] - start] = SPACE
    return text


def _bad(text: Bytes, starts: Numbers, ends: Numbers, lines: range) -> list[int]:
    """Which of these lines have bad contents."""
    if _parses(text[starts[lines[0]] : ends[lines[-1]]]):
        return []
    if len(lines) == 1:
        return list(lines)
    size = -(-len(lines) // PARTS)
    parts = (lines[begin : begin + size] for begin in range(0, len(lines), size))
    return [line for part in parts for line in _bad(text, starts, ends, part)]


def _parses(text: Bytes) -> bool:
    """Whether a text is good as a string. What it begins and ends with are no contents, and is written over."""
    text[:2], text[-2:] = OPENING, CLOSING
    try:
        if parser is not None:
            parser.parse(text)
        else:
            json.loads(text.tobytes().decode())
    except ValueError:
        return False
    finally:
        text[:2] = text[-2:] = SPACE
    return parser is not None or not SURROGATE.search(text.tobytes())


def _make_parser() -> Any:
    """None where simdjson has no wheel for this Python: more slowly, then."""
    try:
        from simdjson import Parser
    except ImportError:
        return None
    return Parser()


parser = _make_parser()
