"""The JSON values of a file, one at a time: of lines, or of the items of one array, however it is laid out."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from datasets.conversions.tally import Dropped

CHUNK = 1024 * 1024
LONGEST = 16 * 1024 * 1024  # bytes of a line, characters of an item
BOM = b"\xef\xbb\xbf"
SPACE = " \t\r\n"

# A value and the line where it begins, or why it is none.
Found = Iterator[tuple[int, object]]


def values(file: BinaryIO) -> Found:
    """Each value with the line where it begins; in place of one that cannot be read, the `Dropped` that says why."""
    start = len(BOM) if file.read(len(BOM)) == BOM else 0
    file.seek(start)
    head = file.read(CHUNK).lstrip(SPACE.encode())
    file.seek(start)
    return _items(file) if head.startswith(b"[") else _lines(file)


def _lines(file: BinaryIO) -> Found:
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            while not line.endswith(b"\n") and (line := file.readline(LONGEST)):
                pass
            yield number, Dropped("too_long")
        elif line.strip():
            yield number, _value(line)


def _value(line: bytes) -> object:
    try:
        return json.loads(line.decode())
    except UnicodeDecodeError:
        return Dropped("not_utf8")
    except (ValueError, RecursionError):
        return Dropped("not_json")


class _Text:
    """The text of a file, decoded as it is needed; `line` is the one of `position`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.text, self.position, self.line = "", 0, 1

    def more(self) -> bool:
        """Read on, at least as much as there is, so that a long item costs little more than its length."""
        data = self._file.read(max(CHUNK, len(self.text) - self.position))
        self.text = self.text[self.position :] + self._decoder.decode(data, final=not data)
        self.position = 0
        return bool(data)

    def move(self, position: int) -> None:
        self.line += self.text.count("\n", self.position, position)
        self.position = position

    def skip(self, characters: str) -> str:
        """Go to the first other character, and return it; nothing at the end."""
        while True:
            position = self.position
            while position < len(self.text) and self.text[position] in characters:
                position += 1
            self.move(position)
            if position < len(self.text):
                return self.text[position]
            if not self.more():
                return ""


def _items(file: BinaryIO) -> Found:
    text = _Text(file)
    try:
        text.skip(SPACE)
        text.move(text.position + 1)
        while text.skip(SPACE + ",") not in ("", "]"):
            line = text.line
            yield line, _item(text)
    except UnicodeDecodeError:
        yield text.line, Dropped("rest_not_utf8")
    except (ValueError, RecursionError):
        yield text.line, Dropped("rest_not_json")


def _item(text: _Text) -> object:
    """The item at hand. Raises ValueError if there is none: then nothing behind it can be found either."""
    while True:
        try:
            value, end = _decoder.raw_decode(text.text, text.position)
        except json.JSONDecodeError:
            if len(text.text) - text.position > LONGEST or not text.more():
                raise
        else:
            text.move(end)
            return value


_decoder = json.JSONDecoder()
