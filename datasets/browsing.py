"""Which examples of a file to show: a page of them, those with a text, some at random, the longest.

The file is streamed: a search works for so long and then says how far it came. A page far down begins where the line
index says.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from datasets import context, examples, places, queries, storing
from datasets.excerpts import safe
from datasets.limits import MAX_LINE_BYTES
from datasets.lines import judge_line
from datasets.models import Dataset, Issue, Reading
from datasets.records import issue_of
from datasets.report import Issue as Finding
from datasets.talk import Talk, talk
from datasets.visible import Run

PAGE = 20
PREVIEW = 3
SEARCH_SECONDS = 1.0
ERRORS_SHOWN = 5
JUDGED = 1024 * 1024  # bytes; a longer line whose errors are not listed is not judged for a page


@dataclass(frozen=True)
class Wish:
    """What the reader asked for; the first that is given counts: `search`, `seed`, `longest`, else from `line` on."""

    line: int = 1
    search: str = ""
    seed: int | None = None
    longest: bool = False
    raw: bool = False


@dataclass(frozen=True)
class Place:
    """A line of the file, from 1, and its offset; `tokens` if they are known."""

    line: int
    offset: int
    tokens: int | None = None

    @property
    def number(self) -> int:
        """Its number, as the lines of a dataset's page call it."""
        return self.line


@dataclass(frozen=True)
class Shown:
    """An example: as a talk, or, if that cannot be (or is not wanted), as runs of its line, with its errors."""

    place: Place
    talk: Talk | None = None
    runs: list[Run] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """The places to show, and the line at which to go on, if there is more; `searched` is how far a search came."""

    places: list[Place]
    next: int | None = None
    searched: int | None = None


def find(dataset: Dataset, wish: Wish) -> Found:
    """Raises FileNotFoundError."""
    with storing.open_file(dataset.path) as file:
        if wish.search:
            return _search(dataset, file, wish)
        if wish.seed is not None:
            return Found(_random(dataset, file, wish.seed))
        if wish.longest:
            return Found(_longest(dataset))
        return _page(dataset, file, wish.line)


def preview(dataset: Dataset) -> list[Shown]:
    """The first examples of a file; none if it is gone."""
    try:
        with storing.open_file(dataset.path) as file:
            places = [place for place, _ in islice(_lines(file, Place(1, 0)), PREVIEW)]
        return show(dataset, places, Wish())
    except FileNotFoundError:
        return []


def show(dataset: Dataset, places: list[Place], wish: Wish) -> list[Shown]:
    errors: dict[int, list[Finding]] = {}
    for issue in Issue.objects.filter(dataset=dataset, is_error=True, line__in=[place.line for place in places]):
        errors.setdefault(issue.line or 0, []).append(issue_of(issue))
    with storing.open_file(dataset.path) as file:
        return [_shown(dataset, file, place, errors.get(place.line, []), wish) for place in places]


def _shown(dataset: Dataset, file: BinaryIO, place: Place, errors: list[Finding], wish: Wish) -> Shown:
    file.seek(place.offset)
    line = file.readline(MAX_LINE_BYTES + 1)
    if not errors and dataset.truncated and len(line) < JUDGED:
        errors = _unlisted(dataset, line.removesuffix(b"\n"), place)
    if not (errors or wish.raw) and (messages := examples.read(line)) is not None:
        return Shown(place, talk(messages, wish.search))
    return Shown(place, None, context.whole(file, place.offset), errors)


def _unlisted(dataset: Dataset, line: bytes, place: Place) -> list[Finding]:
    """The errors of a line, where not all are listed."""
    judged = judge_line(line, MAX_LINE_BYTES, first=place.line == 1)
    spots = list(islice(judged.errors, ERRORS_SHOWN))
    if judged.format and judged.format != dataset.format and judged.of_format:
        spots.append(judged.of_format._replace(params={**judged.of_format.params, "other": dataset.format}))
    return [Finding(spot.code, line=place.line, params=spot.params) for spot in spots]


def _page(dataset: Dataset, file: BinaryIO, line: int) -> Found:
    if not dataset.lines:  # no text at all
        return Found([])
    first = max(1, min(line, dataset.lines))
    places = [place for place, _ in islice(_lines(file, _start(dataset, file, first)), PAGE)]
    after = places[-1].line + 1 if places else first
    return Found(places, after if after <= dataset.lines else None)


def _start(dataset: Dataset, file: BinaryIO, line: int) -> Place | None:
    offset = places.start_of(dataset, file, line)
    return None if offset is None else Place(line, offset)


def _lines(file: BinaryIO, start: Place | None) -> Iterator[tuple[Place, bytes]]:
    """The lines from `start` on, of one that is over the limit its beginning."""
    if start is None:
        return
    line, offset = start.line, start.offset
    file.seek(offset)
    while head := file.readline(MAX_LINE_BYTES + 1):
        yield Place(line, offset), head
        piece = head
        offset += len(piece)
        while not piece.endswith(b"\n") and (piece := file.readline(MAX_LINE_BYTES + 1)):
            offset += len(piece)
        line += 1


def _search(dataset: Dataset, file: BinaryIO, wish: Wish) -> Found:
    needle = wish.search.lower()
    until = time.monotonic() + SEARCH_SECONDS
    places: list[Place] = []
    searched = wish.line - 1
    for place, line in _lines(file, _start(dataset, file, wish.line)):
        if _has(line, needle):
            places.append(place)
        searched = place.line
        if len(places) == PAGE or time.monotonic() >= until:
            break
    return Found(places, searched + 1 if wish.line <= searched < dataset.lines else None, searched)


def _has(line: bytes, needle: str) -> bool:
    messages = examples.read(line)
    if messages is None:
        return needle in safe(line.decode(errors="replace")).lower()
    return any(needle in message.content.lower() for message in messages)


def _random(dataset: Dataset, file: BinaryIO, seed: int) -> list[Place]:
    """The same lines for the same seed, so that a link to them can be shared."""
    chosen = random.Random(seed).sample(range(1, dataset.lines + 1), min(PAGE, dataset.lines))  # noqa: S311  no secret
    index = queries.line_index(dataset)
    found = ((line, context.find(file, line, index.before(line))) for line in sorted(chosen))
    return [Place(line, offset) for line, offset in found if offset is not None]


def _longest(dataset: Dataset) -> list[Place]:
    reading = Reading.objects.filter(pk=dataset.pk).first()
    return [Place(line, offset, tokens) for tokens, line, offset in (reading.longest if reading else [])[:PAGE]]
