"""What differs between two files, line by line, from any place on: in constant memory, however large they are.

Where the two are alike they are passed over in whole blocks. Where they are not, the nearest line that both have is
looked for in a window of lines, which grows up to WINDOWS[-1]; files that have none in common so far are taken as
replaced up to there. So the result always leads from the one file to the other, and is short where versions are akin.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from datasets.fixes.sampling import READ, Sample, sample
from datasets.lines import BLANK

WINDOWS = (64, 1024, 16384)  # lines
BLOCK = 256 * 1024
STEP = 4 * 1024
PAGE = 100  # rows
HUNK_ROWS = 40  # of one place where the files differ
BLANK_KEY = b""


class Place(NamedTuple):
    """Where the next line of each file starts: byte and number."""

    old: int = 0
    old_line: int = 1
    new: int = 0
    new_line: int = 1


START = Place()


@dataclass(frozen=True)
class Row:
    """A line that was changed (both numbers), removed or added. As a `gap`, the lines that are left out."""

    old_line: int | None
    new_line: int | None
    sample: Sample | None
    hidden: int = 0


@dataclass(frozen=True)
class Hunk:
    """A place where the files differ: `removed` lines of the old one for `added` lines of the new one."""

    place: Place
    removed: Sequence[_Line]
    added: Sequence[_Line]

    @property
    def changed(self) -> int:
        """Lines that have another in their place."""
        return min(len(self.removed), len(self.added))


@dataclass
class Comparison:
    """A page of differences: `more` is where the next begins. The counts are of this page."""

    rows: list[Row]
    changed: int = 0
    removed: int = 0
    added: int = 0
    more: Place | None = None


class _Line(NamedTuple):
    key: bytes
    offset: int
    size: int


def compare(old: BinaryIO, new: BinaryIO, start: Place, rows: int = PAGE) -> Comparison:
    """The differences from `start` on, as many as make a page."""
    page = Comparison([])
    for hunk in hunks(old, new, start):
        if len(page.rows) >= rows:
            page.more = hunk.place
            break
        page.changed += hunk.changed
        page.removed += len(hunk.removed) - hunk.changed
        page.added += len(hunk.added) - hunk.changed
        page.rows += _rows(hunk, old, new)
    return page


def hunks(old: BinaryIO, new: BinaryIO, start: Place = START) -> Iterator[Hunk]:
    """The places where the files differ, in order."""
    place = start
    while True:
        place = _pass_over(old, new, place)
        hunk = _next_hunk(old, new, place)
        if hunk is None:
            return
        if hunk.removed or hunk.added:
            yield hunk
            place = _behind(place, hunk.removed, hunk.added)
        else:  # the same line, but one of the files ends without a newline
            place = _behind(place, _lines(old, place.old, 1), _lines(new, place.new, 1))


def _behind(place: Place, removed: Sequence[_Line], added: Sequence[_Line]) -> Place:
    return Place(
        _after(removed, place.old), place.old_line + len(removed), _after(added, place.new), place.new_line + len(added)
    )


def _pass_over(old: BinaryIO, new: BinaryIO, place: Place) -> Place:
    """The first line that is not the same in both."""
    while True:
        old.seek(place.old)
        new.seek(place.new)
        ours, theirs = old.read(BLOCK), new.read(BLOCK)
        same = _common(ours, theirs)
        ends = same == len(ours) == len(theirs) < BLOCK
        size = same if ends else ours.rfind(b"\n", 0, same) + 1
        if not size:
            return place
        count = ours.count(b"\n", 0, size)
        place = Place(place.old + size, place.old_line + count, place.new + size, place.new_line + count)


def _common(ours: bytes, theirs: bytes) -> int:
    """How many bytes the two begin with alike, to within the last lines."""
    if ours == theirs:
        return len(ours)
    at = 0
    while at < len(ours) and ours[at : at + STEP] == theirs[at : at + STEP]:
        at += STEP
    end = min(len(ours), len(theirs), at + STEP)
    while at < end and ours[at] == theirs[at]:
        at += 1
    return min(at, len(ours), len(theirs))


def _next_hunk(old: BinaryIO, new: BinaryIO, place: Place) -> Hunk | None:
    """What differs at `place`, up to the nearest line that both have; None at the end of both files."""
    for window in WINDOWS:
        removed, added = _lines(old, place.old, window), _lines(new, place.new, window)
        if not removed and not added:
            return None
        met = _meeting(removed, added)
        if met is not None:
            return Hunk(place, removed[: met[0]], added[: met[1]])
        if len(removed) < window and len(added) < window:
            break
    return Hunk(place, removed, added)


def _meeting(removed: list[_Line], added: list[_Line]) -> tuple[int, int] | None:
    """The nearest equal lines, by how many have to be passed over in both. A blank line says little: none of these."""
    first: dict[bytes, int] = {}
    for index, line in enumerate(added):
        if line.key != BLANK_KEY:
            first.setdefault(line.key, index)
    best: tuple[int, int] | None = None
    for index, line in enumerate(removed):
        if best is not None and index >= sum(best):
            break
        there = first.get(line.key)
        if there is not None and (best is None or index + there < sum(best)):
            best = index, there
    return best


def _lines(file: BinaryIO, offset: int, count: int) -> list[_Line]:
    """The next lines, each by a hash, for a window of long ones would be large."""
    file.seek(offset)
    lines: list[_Line] = []
    while len(lines) < count:
        digest, size, is_blank = hashlib.blake2b(digest_size=16), 0, True
        while piece := file.readline(BLOCK):
            is_blank = is_blank and not piece.strip(BLANK + b"\n")
            digest.update(piece.removesuffix(b"\n"))
            size += len(piece)
            if piece.endswith(b"\n"):
                break
        if not size:
            break
        lines.append(_Line(BLANK_KEY if is_blank else digest.digest(), offset, size))
        offset += size
    return lines


def _after(lines: Sequence[_Line], offset: int) -> int:
    return lines[-1].offset + lines[-1].size if lines else offset


def _rows(hunk: Hunk, old: BinaryIO, new: BinaryIO) -> Iterator[Row]:
    """The rows of a hunk; of a long one the first, and how many there are beside them."""
    number, new_number = hunk.place.old_line, hunk.place.new_line
    length = max(len(hunk.removed), len(hunk.added))
    for index in range(min(length, HUNK_ROWS)):
        before = _text(old, hunk.removed, index)
        after = _text(new, hunk.added, index)
        yield Row(
            None if before is None else number + index,
            None if after is None else new_number + index,
            sample(0, before, after),
        )
    if length > HUNK_ROWS:
        yield Row(None, None, None, hidden=length - HUNK_ROWS)


def _text(file: BinaryIO, lines: Sequence[_Line], index: int) -> bytes | None:
    """The start of a line, without its newline."""
    if index >= len(lines):
        return None
    file.seek(lines[index].offset)
    return file.read(min(lines[index].size, READ)).removesuffix(b"\n")
