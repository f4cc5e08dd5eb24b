"""Which lines of a block are, outside their strings, good lines of a dialect."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datasets.fastpath.dialects import Dialect
from datasets.fastpath.layout import Flags, Layout
from datasets.marks import Numbers

USER, ASSISTANT, SYSTEM, NO_ROLE = range(4)
ROLES = {USER: b"user", ASSISTANT: b"assistant", SYSTEM: b"system"}
QUOTES_OF_A_PAIR = 8
QUOTES_BEFORE = 4  # of a line of messages: before its first value's opening quote come those of two keys
QUOTES_OF_A_MESSAGE = 8


class Matched(NamedTuple):
    """Lines that match, and the strings that are their contents: positions of the quotes that open and close them.

    `first` is for each line the index of its first content, and `has_system` whether that is a system prompt; `turns`
    how many messages of users and assistants it has.
    """

    lines: Numbers
    opens: Numbers
    closes: Numbers
    first: Numbers
    has_system: Flags
    turns: Numbers


def match(layout: Layout, lines: Numbers, dialect: Dialect) -> Matched:
    """Those of the lines (indexes) that are good lines of the dialect, whatever their contents say."""
    begins = layout.first_quote[lines]
    count = layout.first_quote[lines + 1] - begins
    if dialect.format == "prompt_completion":
        fits = count == QUOTES_OF_A_PAIR
    else:
        fits = (count % QUOTES_OF_A_MESSAGE == 2) & (count > 2 * QUOTES_OF_A_MESSAGE)
    fits &= layout.stands_at(layout.starts[lines], dialect.head)
    lines, begins, count = lines[fits], begins[fits], count[fits]
    if not len(lines):
        none = np.empty(0, np.int64)
        return Matched(none, none, none, none, np.empty(0, bool), none)
    if dialect.format == "prompt_completion":
        return _pairs(layout, lines, begins, dialect)
    return _messages(layout, lines, begins + QUOTES_BEFORE, count // QUOTES_OF_A_MESSAGE, dialect)


def _pairs(layout: Layout, lines: Numbers, begins: Numbers, dialect: Dialect) -> Matched:
    quotes = layout.quotes
    good = layout.stands_at(quotes[begins + 3], dialect.middle)
    good &= _ends_with(layout, lines, quotes[begins + 7], dialect.tail)
    lines, begins = lines[good], begins[good]
    opens = quotes[np.column_stack([begins + 2, begins + 6])].ravel()
    closes = quotes[np.column_stack([begins + 3, begins + 7])].ravel()
    number = np.arange(len(lines))
    return Matched(lines, opens, closes, 2 * number, np.zeros(len(lines), bool), np.full(len(lines), 2))


def _messages(layout: Layout, lines: Numbers, begins: Numbers, count: Numbers, dialect: Dialect) -> Matched:
    first = np.cumsum(count) - count  # of the messages of each line
    number = np.arange(int(count.sum())) - np.repeat(first, count)
    base = np.repeat(begins, count) + number * QUOTES_OF_A_MESSAGE
    one = layout.quotes[base], layout.quotes[base + 1]
    other = layout.quotes[base + 4], layout.quotes[base + 5]
    good = layout.stands_at(one[1], dialect.middle)
    last = first + count - 1
    joined = layout.stands_at(other[1], dialect.next)
    joined[last] = _ends_with(layout, lines, other[1][last], dialect.tail)
    good &= joined
    (role_opens, role_closes), (opens, closes) = (one, other) if dialect.role_first else (other, one)
    role = _roles(layout, role_opens + 1, role_closes - role_opens - 1)
    has_system = role[first] == SYSTEM
    # Among the messages of users and assistants: the user has the even places, the system stands before them.
    place = number - np.repeat(has_system, count)
    good &= role == np.where(place < 0, SYSTEM, place & 1)
    turns = count - has_system
    fits = np.logical_and.reduceat(good, first) & (turns & 1 == 0) & (turns > 0)
    found = Matched(lines, opens, closes, first, has_system, turns)
    return found if fits.all() else only(found, fits)


def only(matched: Matched, fits: Flags) -> Matched:
    """Those of the lines that fit."""
    count = np.diff(np.append(matched.first, len(matched.opens)))
    kept = np.repeat(fits, count)
    count = count[fits]
    return Matched(
        matched.lines[fits],
        matched.opens[kept],
        matched.closes[kept],
        np.cumsum(count) - count,
        matched.has_system[fits],
        matched.turns[fits],
    )


def _roles(layout: Layout, starts: Numbers, lengths: Numbers) -> Numbers:
    """Which role is written in each string: none has a beginning or a length that another has."""
    words = layout.words(starts)
    role = np.full(len(starts), NO_ROLE)
    for number, name in ROLES.items():
        mask = np.uint64(2 ** (8 * min(len(name), 8)) - 1)
        role[(lengths == len(name)) & (words & mask == np.uint64(int.from_bytes(name[:8], "little")))] = number
    role[(role == ASSISTANT) & (layout.bytes[starts + len("assistan")] != ord("t"))] = NO_ROLE
    return role


def _ends_with(layout: Layout, lines: Numbers, last_quote: Numbers, tail: bytes) -> Flags:
    ends: Flags = last_quote + len(tail) == layout.ends[lines]
    return ends & layout.stands_at(last_quote, tail)
