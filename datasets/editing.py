r"""Editing one line: its bytes as text for a field, and the edited text into the next version.

A field cannot carry every byte. Control characters (but tabs) are shown as JSON escapes, which is how they must be
written in a text anyway, and so are those that turn the reading direction, which would turn the field's. A byte that is
not UTF-8 is shown as \xB5, which is no JSON, so it cannot be saved unnoticed; a byte order mark is left out. The page
says so for each. What is in the field is what is saved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from datasets import places, revising, storing
from datasets.blocks import Edit
from datasets.lines import BLANK
from datasets.models import Dataset
from datasets.storing import Incoming
from datasets.tasks import check_edited
from teams.models import User

MAX_BYTES = 512 * 1024  # of a line in a field; a form may be nine times that when it is encoded
BLOCK = 1024 * 1024
BOM = "\ufeff"
CRLF = b"\r\n"
SHORT_ESCAPES = {"\b": r"\b", "\f": r"\f", "\r": r"\r"}
UNCARRIED = re.compile("[\x00-\x08\x0a-\x1f\u202a-\u202e\u2066-\u2069\udc80-\udcff]")
ENDING = re.compile(rb"\r*\n?\Z")


class NoSuchLine(Exception):
    """The file has no such line, or is gone."""


@dataclass(frozen=True)
class Original:
    """A line as it stands in the file from byte `offset` on. Of a line that is too long to edit only the start."""

    number: int
    offset: int
    body: bytes
    ending: bytes
    is_too_long: bool = False

    @property
    def end(self) -> int:
        """Where the next line starts."""
        return self.offset + len(self.body) + len(self.ending)


@dataclass(frozen=True)
class Editable:
    """A line as text for a field, and how many things in it are shown in another way than they stand in the file."""

    text: str
    controls: int = 0
    foreign: int = 0
    has_mark: bool = False


@dataclass(frozen=True)
class Editor:
    """The editor of a line: what it holds, and what it will make."""

    line: Original
    shown: Editable
    text: str
    trouble: str
    next_version: int

    @property
    def number(self) -> int:
        return self.line.number


def editor(newest: Dataset, line: Original, text: str | None = None, trouble: str = "") -> Editor:
    """The editor of `line`, to make the version after `newest`; `text` is what was typed before, without it the line
    as it stands."""
    shown = editable(line)
    return Editor(line, shown, shown.text if text is None else text, trouble, newest.version + 1)


def original(dataset: Dataset, number: int, offset: int | None = None) -> Original:
    """Line `number` of the dataset, which starts at byte `offset` if that is known. Raises NoSuchLine."""
    try:
        with storing.open_file(dataset.path) as file:
            offset = places.start_of(dataset, file, number) if offset is None else offset
            if offset is None:
                raise NoSuchLine
            return _read(file, number, offset)
    except FileNotFoundError:
        raise NoSuchLine from None


def editable(line: Original) -> Editable:
    """The line as a field shows it."""
    text = line.body.decode(errors="surrogateescape")
    has_mark = text.startswith(BOM)
    found = UNCARRIED.findall(text := text.lstrip(BOM))
    foreign = sum(char >= "\udc80" for char in found)
    return Editable(UNCARRIED.sub(_escaped, text), len(found) - foreign, foreign, has_mark)


def lines_of(text: str) -> list[bytes]:
    """The lines that an edited text stands for: none if it is blank, several if it has line breaks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    encoded = (line.encode(errors="replace") for line in lines)
    return [line for line in encoded if line.strip(BLANK)]


def save(dataset: Dataset, line: Original, text: str, *, actor: User) -> Dataset | None:
    """Make the next version, with the edited text in place of `line`; None if that changes nothing.

    Raises revising.NotNewest, FileTooLarge and StorageFull.
    """
    new = _ended(lines_of(text), line.ending)
    if new == line.body + line.ending:
        return None
    incoming = Incoming()
    try:
        with storing.open_file(dataset.path) as file:
            for chunk in _spliced(file, line, new):
                incoming.write(chunk)
    except BaseException:
        incoming.discard()
        raise
    old = line.body + line.ending
    edit = Edit(line.offset, len(old), len(new), crlf=new.count(CRLF) - old.count(CRLF))
    made_by = {"kind": "edit", "line": line.number}
    return revising.keep(dataset, incoming, actor=actor, made_by=made_by, check=partial(check_edited, dataset, edit))


def number_in(newest: Dataset, line: Original) -> int | None:
    """Where in another version the very same line stands: under its own number if it is there, else the first such."""
    wanted = line.body
    try:
        if original(newest, line.number).body == wanted:
            return line.number
    except NoSuchLine:
        pass
    with storing.open_file(newest.path) as file:
        for number, (body, is_whole) in enumerate(_bodies(file), start=1):
            if is_whole and body == wanted:
                return number
    return None


def _read(file: BinaryIO, number: int, offset: int) -> Original:
    file.seek(offset)
    data = file.readline(MAX_BYTES + 2)
    match = ENDING.search(data)
    ending = match[0] if match else b""
    body = data[: len(data) - len(ending)]
    is_too_long = len(body) > MAX_BYTES or (len(data) == MAX_BYTES + 2 and not ending.endswith(b"\n"))
    return Original(number, offset, body, ending, is_too_long)


def _bodies(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Each line without its end, or its start if it is too long to be edited."""
    while data := file.readline(MAX_BYTES + 2):
        is_whole = data.endswith(b"\n") or len(data) < MAX_BYTES + 2
        yield data.rstrip(b"\r\n"), is_whole
        while not is_whole and (rest := file.readline(BLOCK)):
            if rest.endswith(b"\n"):
                break


def _ended(lines: list[bytes], ending: bytes) -> bytes:
    """The lines with line ends like the one that is there; none at the end of a file that has none."""
    if not lines:
        return b""
    between = ending if ending.endswith(b"\n") else b"\n"
    return between.join(lines) + ending


def _spliced(file: BinaryIO, line: Original, new: bytes) -> Iterator[bytes]:
    left = line.offset
    while left and (chunk := file.read(min(BLOCK, left))):
        left -= len(chunk)
        yield chunk
    yield new
    file.seek(line.end)
    while chunk := file.read(BLOCK):
        yield chunk


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    if code >= 0xDC80:
        return rf"\x{code - 0xDC00:02X}"
    return SHORT_ESCAPES.get(char, rf"\u{code:04x}")
