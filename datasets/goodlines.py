"""The lines of a file, those with an error marked: what a training would be of, once the others are mended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from datasets.limits import configured
from datasets.lines import judge_line
from datasets.models import Dataset


class Numbered(NamedTuple):
    """A line with its number and its offset in bytes. Without its `content` it has an error."""

    number: int
    offset: int
    content: bytes | None


def numbered(dataset: Dataset, file: BinaryIO) -> Iterator[Numbered]:
    """All lines. Those of a file without errors need not be judged again; of others no list is complete."""
    limit, offset = configured().line_bytes, 0
    for number, line in enumerate(_lines(file, limit + 2), start=1):
        good = dataset.can_train or _is_good(line.content, limit, dataset.format, first=number == 1)
        yield Numbered(number, offset, line.content if good else None)
        offset += line.size


class _Line(NamedTuple):
    content: bytes
    size: int


def _lines(file: BinaryIO, limit: int) -> Iterator[_Line]:
    """The lines; of one that is over the limit, its beginning alone is kept."""
    while head := file.readline(limit):
        size, piece = len(head), head
        while not piece.endswith(b"\n") and (piece := file.readline(limit)):
            size += len(piece)
        yield _Line(head, size)


def _is_good(line: bytes, limit: int, format: str, *, first: bool) -> bool:
    judged = judge_line(line.removesuffix(b"\n"), limit, first=first)
    return judged.format == format and next(judged.errors, None) is None
