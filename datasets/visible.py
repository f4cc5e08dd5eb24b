"""Text as a page can show it: what cannot be seen gets a name, what is too long is folded, the wrong spot is marked.

Gives parts, never markup: the template escapes each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CONTEXT = 60  # characters beside the spot that are never folded
REACH = 1000  # characters on either side of the spot; what is farther away is folded
LONG_VALUE, VALUE_HEAD, VALUE_TAIL = 200, 80, 40
LONGEST_MARK = 2000
SMALLEST_FOLD = 30

STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
# Control and format characters, line separators and the bytes that are not UTF-8 (as `surrogateescape` decodes them).
# Joiners and variation selectors stay: they are part of how words and emoji are written.
UNSEEN = re.compile(
    "([\x00-\x1f\x7f-\x9f\u00a0\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f])"
)
MANY_UNSEEN = re.compile(rf"{UNSEEN.pattern}\1{{3,}}")
NAMES = {
    "\0": "NUL", "\b": "BS", "\t": "TAB", "\n": "LF", "\v": "VT", "\f": "FF", "\r": "CR", "\x1b": "ESC", "\x7f": "DEL",
    "\x85": "NEL", "\u00a0": "NBSP", "\u00ad": "SHY", "\u061c": "ALM", "\u200b": "ZWSP", "\u200e": "LRM",
    "\u200f": "RLM", "\u2028": "LS", "\u2029": "PS", "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF",
    "\u202d": "LRO", "\u202e": "RLO", "\u2060": "WJ", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI",
    "\u2069": "PDI", "\ufeff": "BOM",
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """Characters of a line, from `start` up to but not including `end`, counted from 0."""

    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """A piece of text to show; a `label` stands for something that is not shown itself, and is a `fold` if that was
    only cut out."""

    text: str
    is_label: bool = False
    is_fold: bool = False


@dataclass(frozen=True)
class Run:
    """Parts that are all in the wrong spot, or all outside it."""

    parts: list[Part]
    marked: bool = False


def runs(text: str, spot: Span | None = None, unread: int = 0) -> list[Run]:
    """A line around its wrong spot; `unread` is the number of characters of the line that follow `text`."""
    at = spot or Span(0, 0)
    folds = _folds(text, at)
    if unread and not (folds and folds[-1].end == len(text)):
        folds.append(Span(len(text), len(text)))
    before = _parts(text, Span(0, at.start), folds, 0)
    inside = _parts(text, at, folds, 0)
    after = _parts(text, Span(at.end, len(text)), folds, unread)
    if spot is not None and not inside:
        inside = [Part(_("end of the line") if text else _("empty line"), is_label=True)]
    return [run for run in (Run(before), Run(inside, marked=True), Run(after)) if run.parts]


def head(text: str, length: int) -> list[Run]:
    """The start of a line, for the lines around a wrong one: they help to find the place, no more."""
    parts = _named(text[:length])
    if len(text) > length:
        parts.append(Part("…", is_label=True, is_fold=True))
    return [Run(parts or [Part(_("empty line"), is_label=True)])]


def whole(text: str) -> list[Part]:
    """All of the text. A character that cannot be seen and stands there many times has one label for all of them."""
    parts: list[Part] = []
    at = 0
    for run in MANY_UNSEEN.finditer(text):
        count = number_format(len(run[0]), use_l10n=True, force_grouping=True)
        parts += [*_named(text[at : run.start()]), Part(f"{_name(run[1])} × {count}", is_label=True)]
        at = run.end()
    return parts + _named(text[at:])


def _folds(text: str, spot: Span) -> list[Span]:
    """What to leave out, in order: long values, and all that is far from the spot; of a huge spot, its middle."""
    values = _joined(list(_long_values(text, spot)))
    start = _reach_back(spot.start, [fold for fold in values if fold.end <= spot.start])
    end = _reach_on(spot.end, [fold for fold in values if fold.start >= spot.end])
    middle = Span(spot.start + LONGEST_MARK // 2, spot.end - LONGEST_MARK // 2)
    return _joined([Span(0, start), *values, middle, Span(end, len(text))])


def _long_values(text: str, spot: Span) -> Iterator[Span]:
    """What of long JSON strings can be left out: all but their two ends and what is near the spot."""
    for value in STRING.finditer(text):
        if value.end() - value.start() > LONG_VALUE:
            start, end = value.start() + VALUE_HEAD, value.end() - VALUE_TAIL
            yield Span(start, min(end, spot.start - CONTEXT))
            yield Span(max(start, spot.end + CONTEXT), end)


def _reach_back(at: int, folds: list[Span]) -> int:
    """Where the text that is shown starts: REACH characters before `at`, without those that are folded."""
    reach = REACH
    for fold in reversed(folds):
        if at - fold.end >= reach:
            break
        reach -= at - fold.end
        at = fold.start
    return at - reach


def _reach_on(at: int, folds: list[Span]) -> int:
    """Where it ends, likewise."""
    reach = REACH
    for fold in folds:
        if fold.start - at >= reach:
            break
        reach -= fold.start - at
        at = fold.end
    return at + reach


def _joined(folds: list[Span]) -> list[Span]:
    """In order, without overlaps, and without those that are too small to be worth it."""
    joined: list[Span] = []
    for fold in sorted((fold for fold in folds if fold.end > fold.start), key=lambda fold: fold.start):
        if joined and joined[-1].end >= fold.start:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, fold.end))
        else:
            joined.append(fold)
    return [fold for fold in joined if fold.end - fold.start >= SMALLEST_FOLD]


def _parts(text: str, span: Span, folds: list[Span], unread: int) -> list[Part]:
    """The parts of `span`; no fold crosses its ends. `unread` characters belong to the fold at the text's end."""
    parts: list[Part] = []
    at = span.start
    for fold in folds:
        if span.start <= fold.start and fold.end <= span.end and (fold.end > fold.start or unread):
            hidden = fold.end - fold.start + (unread if fold.end == len(text) else 0)
            parts += [*_named(text[at : fold.start]), _folded(hidden)]
            at = fold.end
    return parts + _named(text[at : span.end])


def _named(text: str) -> list[Part]:
    """`text` with a label for each character that cannot be seen."""
    pieces = UNSEEN.split(text)
    return [Part(_name(piece), is_label=True) if i % 2 else Part(piece) for i, piece in enumerate(pieces) if piece]


def _name(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"{code - 0xDC00:02X}"
    return NAMES.get(char, f"U+{code:04X}")


def _folded(count: int) -> Part:
    shown = number_format(count, use_l10n=True, force_grouping=True)
    return Part(
        ngettext("%(n)s character folded", "%(n)s characters folded", count) % {"n": shown}, is_label=True, is_fold=True
    )
