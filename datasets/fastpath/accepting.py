"""Accepts the good lines of a block, all at once, and says which are left to the judge."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np

from datasets.facts import Facts
from datasets.fastpath import dialects, edges, letters, proof, suspects
from datasets.fastpath.dialects import Dialect
from datasets.fastpath.layout import Flags, Layout
from datasets.fastpath.matching import Matched, match, only
from datasets.findings import Format
from datasets.marks import Numbers, mark
from datasets.statistics import PROMPT_SHOWN, Prompt

FORMATS: frozenset[Format | None] = frozenset({"messages", "prompt_completion"})
MAX_DIALECTS = 8


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
    waiting = suspects.without(layout, np.flatnonzero(layout.ends - layout.starts <= max_bytes))
    matches: list[Matched] = []
    for dialect in _dialects(layout, waiting, name):
        matched = match(layout, waiting, dialect)
        if len(matched.lines):
            matches.append(matched)
            waiting = waiting[~np.isin(waiting, matched.lines, assume_unique=True, kind="table")]
        if not len(waiting):
            break
    return _accepted(layout, [_sure(layout, matched) for matched in matches], len(block))


def _dialects(layout: Layout, waiting: Numbers, name: Format) -> list[Dialect]:
    """The dialects of the first lines, and of some in between."""
    found: dict[Dialect, None] = {}
    for index in [*waiting[:5].tolist(), *waiting[:: max(1, len(waiting) // 20)].tolist()]:
        dialect = dialects.learn(layout.data[layout.starts[index] : layout.ends[index]], name)
        if dialect is not None and len(found) < MAX_DIALECTS:
            found[dialect] = None
    return list(found)


def _sure(layout: Layout, matched: Matched) -> Matched:
    """Those of the lines whose contents are proved, and nothing to warn of."""
    if not len(matched.lines):
        return matched
    odd = edges.odd(layout, matched.opens, matched.closes)
    fits = ~np.logical_or.reduceat(odd, matched.first)
    at = np.flatnonzero(fits)
    fits[at] = proof.proved(layout, matched.lines[at])
    return matched if fits.all() else only(matched, fits)


def _accepted(layout: Layout, matches: list[Matched], size: int) -> Accepted:
    matches = [matched for matched in matches if len(matched.lines)]
    lines = np.concatenate([matched.lines for matched in matches]) if matches else np.empty(0, np.int64)
    left = np.ones(len(layout.ends), bool)
    left[lines] = False
    return Accepted(
        facts=_facts(layout, matches, lines),
        prompts=_prompts(layout, matches),
        last=int(layout.starts[lines.max()]) if len(lines) else 0,
        rest=_runs(layout, left, size),
        lines=len(layout.ends),
    )


def _facts(layout: Layout, matches: list[Matched], lines: Numbers) -> Facts:
    if not matches:
        none = np.empty(0, np.int64)
        return Facts(none, np.empty(0, np.uint64), none, none, none, none)
    order = np.argsort(lines, kind="stable") if len(matches) > 1 else np.arange(len(lines))
    lines = lines[order]
    turns, written = (np.concatenate(part)[order] for part in zip(*map(_sizes, matches), strict=True))
    counted = letters.count(layout)
    view = memoryview(layout.data)
    bounds = zip(layout.starts[lines].tolist(), layout.ends[lines].tolist(), strict=True)
    return Facts(
        lines + 1,
        np.fromiter((mark(view[start:end]) for start, end in bounds), np.uint64, len(lines)),
        turns,
        written - counted.continued[lines] - counted.fewer[lines],
        counted.chinese[lines],
        counted.wide[lines],
    )


def _sizes(matched: Matched) -> tuple[Numbers, Numbers]:
    """Turns, and bytes of contents as written."""
    return matched.turns, np.add.reduceat(matched.closes - matched.opens - 1, matched.first)


def _prompts(layout: Layout, matches: list[Matched]) -> dict[int, Prompt]:
    """The system prompts, counted."""
    found: dict[bytes, int] = {}
    for matched in matches:
        at = matched.first[matched.has_system]
        for start, end in zip((matched.opens[at] + 1).tolist(), matched.closes[at].tolist(), strict=True):
            raw = layout.data[start:end]
            found[raw] = found.get(raw, 0) + 1
    prompts: dict[int, Prompt] = {}
    for raw, count in found.items():
        text = str(json.loads(b'"' + raw + b'"')) if b"\\" in raw else raw.decode()
        name = mark(text.encode())
        count += prompts[name].count if name in prompts else 0
        prompts[name] = Prompt(text[:PROMPT_SHOWN], count)
    return prompts


def _runs(layout: Layout, left: Flags, size: int) -> list[tuple[int, int, int]]:
    edges_of_runs = np.flatnonzero(np.diff(left, prepend=False, append=False))
    starts, ends = edges_of_runs[::2], edges_of_runs[1::2]
    offsets = np.append(layout.starts, size)
    return [
        (int(offsets[start]), int(min(offsets[end], size)), int(start)) for start, end in zip(starts, ends, strict=True)
    ]
