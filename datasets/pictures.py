"""Figures as pictures: numbers in, the paths of an SVG and its words out. No colours, no markup.

A bar chart is 10 high and as wide as it has bars; the picture's label says all that it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from datasets.statistics import Bin

BARS = 12  # so that five marks of the axis stand between bars
COVERED = 0.99  # of the examples; the rest is in the last bar
TURNS = 8
HEIGHT = 10.0
SMALLEST = 0.15  # of what is there at all, so that it is seen
STEPS = (1, 2, 3, 4, 5, 6, 8)


@dataclass(frozen=True)
class Chart:
    """Bars: `width` of them, their path, the words of the axis, and what it shows in words."""

    width: int
    path: str
    axis: list[str]
    label: str


@dataclass(frozen=True)
class Slice:
    """A part of a whole: its name, count and percent, and its path in a bar that is 100 wide."""

    name: str
    count: int
    percent: int
    path: str


def sizes(bins: Sequence[Bin]) -> Chart | None:
    """How many examples have which size; None without any. Sizes start at 0, the last bar has all larger ones too."""
    if not bins:
        return None
    step = _step(quantile(bins, COVERED) / BARS)
    counts = [0] * BARS
    for bin_ in bins:
        counts[min(BARS - 1, (bin_.low + bin_.high) // 2 // step)] += bin_.count
    has_more = bins[-1].high >= BARS * step
    words = [_range(i * step, None if has_more and i == BARS - 1 else (i + 1) * step - 1) for i in range(BARS)]
    axis = [_number(i * step) for i in range(0, BARS + 1, BARS // 4)]
    return Chart(BARS, _bars(counts), [*axis[:-1], axis[-1] + ("+" if has_more else "")], _said(words, counts))


def turns(bins: Sequence[Bin]) -> Chart | None:
    """How many examples have how many turns, a question and its answer each; `bins` count messages."""
    if not bins:
        return None
    last = min(TURNS, max(1, bins[-1].high // 2))
    has_more = bins[-1].high // 2 > last
    counts = [0] * last
    for bin_ in bins:
        counts[min(last, max(1, (bin_.low + bin_.high) // 4)) - 1] += bin_.count
    names = [_number(i + 1) for i in range(last)]
    names[-1] += "+" if has_more else ""
    return Chart(last, _bars(counts), names, _said(names, counts))


def slices(parts: Iterable[tuple[str, int]]) -> list[Slice]:
    """The parts that are there, side by side."""
    there = [(name, count) for name, count in parts if count]
    total = sum(count for _, count in there)
    found: list[Slice] = []
    at = 0.0
    for name, count in there:
        end = at + 100 * count / total
        found.append(Slice(name, count, round(100 * count / total), f"M{at:.1f} 0H{end:.1f}V1H{at:.1f}z"))
        at = end
    return found


def quantile(bins: Sequence[Bin], share: float) -> int:
    """The size that so many of the examples do not pass."""
    wanted = share * sum(bin_.count for bin_ in bins)
    seen = 0
    for bin_ in bins:
        seen += bin_.count
        if seen >= wanted:
            return bin_.high
    return 0


def _step(least: float) -> int:
    """The smallest round number that is not below `least`."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= least:
                return step * power
        power *= 10


def _bars(counts: Sequence[int]) -> str:
    highest = max(counts)
    return "".join(
        f"M{i + 0.08:.2f} 10V{HEIGHT - max(SMALLEST, 9.6 * count / highest):.2f}h.84V10z"
        for i, count in enumerate(counts)
        if count
    )


def _said(words: Sequence[str], counts: Sequence[int]) -> str:
    pairs = [
        _("%(what)s: %(count)s") % {"what": what, "count": _number(count)}
        for what, count in zip(words, counts, strict=True)
        if count
    ]
    return "; ".join(pairs)


def _range(low: int, high: int | None) -> str:
    if high is None:
        return _("%(low)s and more") % {"low": _number(low)}
    if low == high:
        return _number(low)
    return _("%(low)s to %(high)s") % {"low": _number(low), "high": _number(high)}


def _number(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
