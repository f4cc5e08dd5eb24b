"""Lines of a stored file around a place, read by byte offset: neither time nor memory depends on the file's size."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from datasets.visible import Run, Span, head, runs

LINES_AROUND = 2
CONTEXT_CHARACTERS = 200
BLOCK = 256 * 1024
NEWLINE = ord("\n")
PIECE = 256 * 1024  # bytes of a whole line on a page
READ_BEHIND = 8000  # characters after the spot; of long values among them only the ends are shown
UTF8_LONGEST = 4  # bytes a character
CONTINUATION = bytes(range(0x80, 0xC0))


@dataclass(frozen=True)
class Piece:
    """A part of a line, and at which byte of it the next part starts, if there is one."""

    text: str
    next_start: int | None


@dataclass(frozen=True)
class Line:
    """A line to show, `is_hit` if it is the one that is meant."""

    number: int
    runs: list[Run]
    is_hit: bool = False


def around(file: BinaryIO, number: int, offset: int, column: int | None = None, end: int | None = None) -> list[Line]:
    """Line `number`, which starts at byte `offset`, with two lines before and after it.

    `column` up to but not including `end` is the wrong spot, in characters from 1; without `end` it is one character.
    """
    before = _starts_before(file, offset, LINES_AROUND)
    lines = [Line(number - len(before) + i, _head(file, start)) for i, start in enumerate(before)]
    lines.append(Line(number, _hit(file, offset, column, end), is_hit=True))
    for i in range(1, LINES_AROUND + 1):
        start = _skip_line(file)
        if start is None:
            break
        lines.append(Line(number + i, _head(file, start)))
    return lines


def piece(file: BinaryIO, offset: int, skip: int) -> Piece:
    """The part of the line at byte `offset` that starts `skip` bytes into it; empty if the line is not that long."""
    if skip and not _is_inside(file, offset, skip):
        return Piece("", None)
    file.seek(offset + skip)
    data = file.readline(PIECE)
    is_whole = data.endswith(b"\n") or len(data) < PIECE
    if is_whole:
        return Piece(data.rstrip(b"\r\n").decode(errors="surrogateescape"), None)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    text = decoder.decode(data)
    pending = decoder.getstate()[0]  # of a character that the cut went through
    return Piece(text, skip + len(data) - len(pending))


def find(file: BinaryIO, number: int, known: tuple[int, int] = (1, 0)) -> int | None:
    """The byte offset of line `number`, counting on from the number and offset of a `known` earlier line."""
    line, offset = known
    file.seek(offset)
    if line >= number:
        return offset if _has_byte(file, offset) else None
    for block in _blocks(file):
        ends = np.flatnonzero(np.frombuffer(block, np.uint8) == NEWLINE)
        if line + len(ends) >= number:
            start = offset + int(ends[number - line - 1]) + 1
            return start if _has_byte(file, start) else None
        line, offset = line + len(ends), offset + len(block)
    return None


def _starts_before(file: BinaryIO, offset: int, count: int) -> list[int]:
    """Where the `count` lines before the one at `offset` start, in order."""
    starts: list[int] = []
    while offset > 0 and len(starts) < count:
        offset = _start_of_line_with(file, offset - 1)
        starts.insert(0, offset)
    return starts


def _start_of_line_with(file: BinaryIO, newline: int) -> int:
    """The start of the line that ends at byte `newline`."""
    end = newline
    while end > 0:
        start = max(0, end - BLOCK)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _head(file: BinaryIO, start: int) -> list[Run]:
    file.seek(start)
    text, _ = _read(file, CONTEXT_CHARACTERS + 1)
    file.seek(start)
    return head(text, CONTEXT_CHARACTERS)


def _hit(file: BinaryIO, start: int, column: int | None, end: int | None) -> list[Run]:
    """The runs of the line at `start`; of a long line only what is shown is read, the rest is counted."""
    stop = end or (column or 0) + 1
    file.seek(start)
    text, is_whole = _read(file, stop + READ_BEHIND)
    unread = 0 if is_whole else sum(_characters(block) for block in _rest_of_line(file))
    file.seek(start)
    if column is None:
        return runs(text, None, unread) or head("", 0)
    return runs(text, _spot(text, column, stop), unread)


def _spot(text: str, column: int, stop: int) -> Span:
    first = min(column - 1, len(text))
    last = min(max(stop - 1, first), len(text))
    while first < last < len(text) and _is_byte(text[last - 1]) and _is_byte(text[last]):
        last += 1  # a character in another encoding is several bytes: all of them are wrong
    return Span(first, last)


def _is_byte(char: str) -> bool:
    """Is it what `surrogateescape` makes of a byte that is not UTF-8?"""
    return "\udc80" <= char <= "\udcff"


def _read(file: BinaryIO, characters: int) -> tuple[str, bool]:
    """At least the next `characters` of a line, its line end left off, and whether that is all of it."""
    limit = characters * UTF8_LONGEST
    data = file.readline(limit)
    is_whole = data.endswith(b"\n") or len(data) < limit
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(data, final=is_whole)
    return (text.removesuffix("\n").removesuffix("\r"), True) if is_whole else (text, False)


def _is_inside(file: BinaryIO, offset: int, skip: int) -> bool:
    """Has the line at `offset` more than `skip` bytes?"""
    file.seek(offset)
    for block in _rest_of_line(file):
        skip -= len(block)
        if skip < 0:
            return True
    return False


def _skip_line(file: BinaryIO) -> int | None:
    """Read on to the start of the next line; None at the end of the file."""
    for _ in _rest_of_line(file):
        pass
    start = file.tell()
    return start if _has_byte(file, start) else None


def _has_byte(file: BinaryIO, at: int) -> bool:
    """Does the file go on there? It is left standing there."""
    file.seek(at)
    there = bool(file.read(1))
    file.seek(at)
    return there


def _rest_of_line(file: BinaryIO) -> Iterator[bytes]:
    while block := file.readline(BLOCK):
        yield block
        if block.endswith(b"\n"):
            return


def _characters(block: bytes) -> int:
    return len(block.rstrip(b"\r\n").translate(None, CONTINUATION))


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def whole(file: BinaryIO, offset: int) -> list[Run]:
    """The line at `offset` from its start; of a long line only what is shown is read, the rest is counted."""
    return _hit(file, offset, None, None)
