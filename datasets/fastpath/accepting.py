"""Accepts the good lines of a block, all at once, and says which are left to the judge."""

from __future__ import annotations

import json
from collections import Counter
from typing import NamedTuple

import numpy as np

from datasets.facts import Facts, facts
from datasets.fastpath import dialects, edges, letters, proof, suspects
from datasets.fastpath.dialects import Dialect
from datasets.fastpath.layout import Flags, Layout
from datasets.fastpath.matching import Matched, match
from datasets.findings import Format
from datasets.marks import Numbers, mark
from datasets.statistics import PROMPT_SHOWN, Prompt

FORMATS: frozenset[Format | None] = frozenset({"messages", "prompt_completion"})
SAMPLES = 2, 8, 8  # of lines, in each round, whose dialects are tried; a later one's were left by those before


class Accepted(NamedTuple):
    """Good lines without a warning, with where the last of them starts; and what is left to the judge.

    That are runs of lines as start and end, in bytes, and lines before. `lines` are all of the block's.
    """

    facts: Facts
    prompts: dict[int, Prompt]
    last: int
    rest: list[tuple[int, int, int]]
    lines: int


def accept(block: bytes, name: Format, max_bytes: int) -> Accepted:
    """Accept lines of the format, one of FORMATS, in a block that is not empty."""
    layout = Layout(block)
    waiting = suspects.absent(layout) & (layout.ends - layout.starts <= max_bytes)
    matches: list[Matched] = []
    tried: set[Dialect] = set()
    for samples in SAMPLES:
        new = _dialects(layout, waiting, name, samples) - tried
        tried |= new
        for dialect in new:
            matched = match(layout, waiting, dialect)
            waiting[matched.lines] = False
            matches.append(matched)
    return _accepted(layout, _sure(layout, matches), len(block))


def _dialects(layout: Layout, waiting: Flags, name: Format, samples: int) -> set[Dialect]:
    """The dialects of some of the lines."""
    lines = np.flatnonzero(waiting)[:: 1 + int(np.count_nonzero(waiting)) // samples]
    bounds = zip(layout.starts[lines].tolist(), layout.ends[lines].tolist(), strict=True)
    learned = (dialects.learn(layout.data[start:end], name) for start, end in bounds)
    return {dialect for dialect in learned if dialect is not None}


def _sure(layout: Layout, matches: list[Matched]) -> list[Matched]:
    """Those of the lines whose contents are proved, and nothing to warn of."""
    tidy = [_tidy(layout, matched) for matched in matches]
    good = np.zeros(len(layout.ends), bool)
    for matched in tidy:
        good[matched.lines] = True
    lines = np.flatnonzero(good)
    good[lines] = proof.proved(layout, lines)
    return [matched.only(good[matched.lines]) for matched in tidy]


def _tidy(layout: Layout, matched: Matched) -> Matched:
    """Those of the lines without white space at an end of a content."""
    contents = edges.tidy(layout, matched.opens, matched.closes)
    prompts = edges.tidy(layout, matched.system_opens, matched.system_closes)
    return matched.only(matched.all_good(contents, prompts))


def _accepted(layout: Layout, matches: list[Matched], size: int) -> Accepted:
    left = np.ones(len(layout.ends), bool)
    for matched in matches:
        left[matched.lines] = False
    lines = np.flatnonzero(~left)
    rest = layout.runs(np.flatnonzero(left))
    return Accepted(
        facts=_facts(layout, matches, lines) if len(lines) else facts([]),
        prompts=_prompts(layout, matches),
        last=int(layout.starts[lines[-1]]) if len(lines) else 0,
        rest=[(start, min(end, size), before) for start, end, before in rest],
        lines=len(layout.ends),
    )


def _facts(layout: Layout, matches: list[Matched], lines: Numbers) -> Facts:
    turns, written = (np.zeros(len(layout.ends), np.int64) for _ in range(2))
    for matched in matches:
        turns[matched.lines] = matched.turns
        written[matched.lines] = matched.written
    counted = letters.count(layout)
    found = turns, written - counted.fewer, counted.chinese, counted.wide
    return Facts(lines + 1, layout.marks[lines], *(values[lines] for values in found))


def _prompts(layout: Layout, matches: list[Matched]) -> dict[int, Prompt]:
    """The system prompts, counted."""
    prompts: dict[int, Prompt] = {}
    for raw, count in _raw_prompts(layout, matches).items():
        text = str(json.loads(b'"' + raw + b'"')) if b"\\" in raw else raw.decode()
        name = mark(text.encode())
        count += prompts[name].count if name in prompts else 0
        prompts[name] = Prompt(text[:PROMPT_SHOWN], count)
    return prompts


def _raw_prompts(layout: Layout, matches: list[Matched]) -> Counter[bytes]:
    """The system prompts as they are written. Most files have one: the first is sought in all lines."""
    found: Counter[bytes] = Counter()
    for matched in matches:
        starts, ends = matched.system_opens + 1, matched.system_closes
        if not len(starts):
            continue
        first = layout.data[starts[0] : ends[0]]
        same = (ends - starts == len(first)) & layout.stands_at(starts, first)
        found[first] += int(np.count_nonzero(same))
        others = zip(starts[~same].tolist(), ends[~same].tolist(), strict=True)
        found.update(layout.data[start:end] for start, end in others)
    return found
