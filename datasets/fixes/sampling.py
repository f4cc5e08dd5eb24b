"""A changed line, before and after, cut to the place of the change so that it can be stored and shown."""

from __future__ import annotations

import msgspec

from datasets.excerpts import PICTURES, safe
from datasets.visible import Run, Span, runs

BEFORE = 60  # characters shown before the change
LENGTH = 400
NO_PICTURES = {picture: code for code, picture in PICTURES.items()}
READ = 64 * 1024  # bytes of a line that are compared; a change behind them is shown at the line's start


class Sample(msgspec.Struct):
    """A line by its number in the file as it was: `before` and `after` are None where there is no such line.

    What differs starts at `start` and ends at `before_end` and `after_end`, in characters from 0.
    """

    line: int
    before: str | None
    after: str | None
    start: int = 0
    before_end: int = 0
    after_end: int = 0

    @property
    def before_runs(self) -> list[Run]:
        return _runs(self.before, self.start, self.before_end)

    @property
    def after_runs(self) -> list[Run]:
        return _runs(self.after, self.start, self.after_end)


def sample(line: int, before: bytes | None, after: bytes | None) -> Sample:
    """The sample of a line that was changed, dropped (`after` is None) or made (`before` is None)."""
    if before is None or after is None:
        return Sample(line, _shown(before), _shown(after))
    old, new = _text(before), _text(after)
    start = _common(old, new)
    same = _common(old[start:][::-1], new[start:][::-1])
    first = max(0, start - BEFORE)
    return Sample(
        line,
        _cut(old, first),
        _cut(new, first),
        start - first,
        min(len(old) - same - first, LENGTH),
        min(len(new) - same - first, LENGTH),
    )


def _common(one: str, other: str) -> int:
    """How many characters the two begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _runs(text: str | None, start: int, end: int) -> list[Run]:
    if text is None:
        return []
    text = text.translate(NO_PICTURES)  # for a page has names for what cannot be seen
    return runs(text, Span(start, end) if end > start else None) or runs("", Span(0, 0))


def _shown(line: bytes | None) -> str | None:
    return None if line is None else _cut(_text(line), 0)


def _text(line: bytes) -> str:
    return line[:READ].decode(errors="backslashreplace")


def _cut(text: str, first: int) -> str:
    rest = text[first:]
    return safe(rest if len(rest) <= LENGTH else rest[:LENGTH] + "…")
