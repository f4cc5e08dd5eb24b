"""Which lines of a block are, outside of their contents, good lines of a dialect."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from datasets.fastpath.dialects import Dialect, alike
from datasets.fastpath.layout import Flags, Layout
from datasets.marks import Numbers

QUOTES_OF_A_PAIR = 8
QUOTES_AROUND = 2  # the messages of a line
QUOTES_OF_A_MESSAGE = 8
WORD = 8  # bytes: enough to know a joint by, or a role


class Matched(NamedTuple):
    """Lines that match, if their contents are good, and where these are: positions of the quotes around them.

    Of the contents of users and assistants, who speak in turn, `first` is for each line the index of its first, and
    `turns` how many it has. Those of system prompts stand apart; `has_system` says which lines have one.
    """

    lines: Numbers
    turns: Numbers
    first: Numbers
    opens: Numbers
    closes: Numbers
    has_system: Flags
    system_opens: Numbers
    system_closes: Numbers

    @property
    def written(self) -> Numbers:
        """How many bytes each line's contents are written with."""
        if not len(self.lines):
            return self.lines
        written: Numbers = np.add.reduceat(self.closes - self.opens - 1, self.first)
        written[self.has_system] += self.system_closes - self.system_opens - 1
        return written

    def all_good(self, contents: Flags, prompts: Flags) -> Flags:
        """Which lines have nothing but good contents and prompts."""
        good = np.ones(len(self.lines), bool)
        if not contents.all():
            good = np.logical_and.reduceat(contents, self.first)
        good[self.has_system] &= prompts
        return good

    def only(self, fits: Flags) -> Matched:
        """Those of the lines that fit."""
        if fits.all():
            return self
        kept, turns, prompts = np.repeat(fits, self.turns), self.turns[fits], fits[self.has_system]
        return Matched(
            self.lines[fits],
            turns,
            np.cumsum(turns) - turns,
            self.opens[kept],
            self.closes[kept],
            self.has_system[fits],
            self.system_opens[prompts],
            self.system_closes[prompts],
        )


def match(layout: Layout, waiting: Flags, dialect: Dialect) -> Matched:
    """Those of the lines, flagged, that are good lines of the dialect, whatever their contents say.

    A line has as many quotes as its head and joints do, so there is none in its contents.
    """
    joints = _joints(layout, dialect)
    bounds = np.searchsorted(joints, np.append(layout.starts, layout.size))
    count = np.diff(bounds)
    if dialect.format == "prompt_completion":
        fits = waiting & (count == 1) & (layout.quotes_by_line == QUOTES_OF_A_PAIR)
        has_system = np.zeros(len(fits), bool)
    else:
        fits = waiting & (count > 0) & (layout.quotes_by_line == QUOTES_AROUND + QUOTES_OF_A_MESSAGE * (count + 1))
        has_system = _has_system(layout, joints, bounds[:-1], dialect) & fits
        fits &= (count - has_system) & 1 == 1
    lines = np.flatnonzero(fits)
    has_system = has_system[lines]
    prompt = bounds[lines[has_system]]
    kept = np.ones(len(joints), bool) if len(lines) == len(fits) else np.repeat(fits, count)
    kept[prompt] = False
    return _match(layout, lines, joints[kept], count[lines] + 1 - has_system, has_system, joints[prompt], dialect)


def _match(
    layout: Layout,
    lines: Numbers,
    joints: Numbers,
    turns: Numbers,
    has_system: Flags,
    system_closes: Numbers,
    dialect: Dialect,
) -> Matched:
    """Those of the lines that have the dialect's fragments. `joints` are all but those that follow a system prompt."""
    last = np.cumsum(turns) - 1
    first = last - turns + 1
    closes, opens = np.empty((2, len(joints) + len(lines)), np.int64)
    is_last = np.zeros(len(closes), bool)
    is_last[last] = True
    starts, tails = layout.starts[lines], layout.ends[lines] + 1 - len(dialect.tail)
    closes[last] = tails
    closes[~is_last] = joints
    users, assistants = closes[::2], closes[1::2]
    between = assistants[~is_last[1::2]]
    good = np.empty(len(closes), bool)
    good[::2] = layout.stands_at(users, dialect.after_user)
    good[last] = layout.stands_at(tails, dialect.tail)
    good[1::2][~is_last[1::2]] = layout.stands_at(between, dialect.after_assistant)
    opens[1::2] = users + len(dialect.after_user) - 1
    opens[2::2] = assistants[:-1] + len(dialect.after_assistant) - 1
    opens[first] = starts + len(dialect.head) - 1
    opens[first[has_system]] = system_closes + len(dialect.after_system) - 1
    system_starts = starts[has_system]
    found = Matched(
        lines, turns, first, opens, closes, has_system, system_starts + len(dialect.system_head) - 1, system_closes
    )
    begun = np.empty(len(lines), bool)
    begun[~has_system] = layout.stands_at(starts[~has_system], dialect.head)
    begun[has_system] = layout.stands_at(system_starts, dialect.system_head)
    return found.only(begun & found.all_good(good, layout.stands_at(system_closes, dialect.after_system)))


def _joints(layout: Layout, dialect: Dialect) -> Numbers:
    """Where a joint seems to begin: its first word stands there."""
    word = dialect.joint[:WORD]
    at = layout.positions(layout.quotes & layout.is_byte(word[1], 1))
    at = at[layout.stands_at(at, word)]
    if dialect.tail.startswith(word):
        at = np.setdiff1d(at, layout.ends + 1 - len(dialect.tail), assume_unique=True)
    return at


def _has_system(layout: Layout, joints: Numbers, first: Numbers, dialect: Dialect) -> Flags:
    """Which of all lines seem to begin with a system prompt; `first` are the indexes of their first joints."""
    at, one, other = layout.starts, dialect.system_head, dialect.head
    if one == other:
        at, one, other = np.append(joints, layout.size)[first], dialect.after_system, dialect.after_user
    same = alike(one, other)
    return layout.stands_at(at + same, one[same : same + WORD])
