"""One JSON array, or objects spread over lines, into one value a line: in one pass, a value never whole in memory.

Texts, numbers and keys stay byte for byte as they are; only line breaks between them go, with the white space around
them, and the commas and brackets of the array. What is no JSON comes out as a line that the judge will name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

BOM = b"\xef\xbb\xbf"
STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
PLAIN = re.compile(rb'[^"\[\]{},\s]*+')
SPACE = re.compile(rb"\s*+")
MAX_PENDING = 64 * 1024  # bytes of white space that are kept until it is known whether there is a line break in them


def to_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The values of a file, each on a line of its own."""
    splitter = _Splitter()
    for chunk in chunks:
        yield splitter.feed(chunk)
    yield splitter.finish()


class _Splitter:
    """`depth` counts the open brackets of the value at hand; `is_begun` says whether anything of it is written."""

    def __init__(self) -> None:
        self.rest = b""
        self.is_first = True
        self.in_array = False
        self.in_string = False
        self.is_begun = False
        self.depth = 0
        self.before = b""  # the last byte written that is not white space
        self.pending = b""
        self.out = bytearray()

    def feed(self, chunk: bytes) -> bytes:
        data = self.rest + chunk
        self.rest = b""
        at = self._start(data) if self.is_first else 0
        while at < len(data):
            at = self._string(data, at) if self.in_string else self._outside(data, at)
        return self._taken()

    def finish(self) -> bytes:
        if self.rest:
            self._write(self.rest)
        self._end_value()
        return self._taken()

    def _start(self, data: bytes) -> int:
        if len(data) < len(BOM) and BOM.startswith(data):
            self.rest = data
            return len(data)
        at = len(BOM) if data.startswith(BOM) else 0
        end = _end(SPACE.match(data, at), at)
        if end == len(data):
            return end
        self.is_first = False
        self.in_array = data[end : end + 1] == b"["
        return end + self.in_array

    def _string(self, data: bytes, at: int) -> int:
        end = _end(STRING.match(data, at), at)
        # A line break in a text is no JSON; written as its escape it keeps the text on one line.
        self._write(data[at:end].replace(b"\r\n", b"\n").replace(b"\n", b"\\n"))
        if data[end : end + 1] == b'"':
            self.in_string = False
            self._write(b'"')
            return end + 1
        self.rest = data[end:]  # a backslash whose partner is in the next chunk
        return len(data)

    def _outside(self, data: bytes, at: int) -> int:
        end = _end(SPACE.match(data, at), at)
        if end > at:
            self._space(data[at:end])
            return end
        end = _end(PLAIN.match(data, at), at)
        if end > at:
            self._write(data[at:end])
            return end
        self._mark(data[at : at + 1])
        return at + 1

    def _mark(self, byte: bytes) -> None:
        if byte == b'"':
            self.in_string = True
        elif byte in (b"{", b"["):
            self._close_line_before_next()
            self.depth += 1
        elif self.depth == 0:
            self._between(byte)
            return
        elif byte != b",":
            self.depth -= 1
        self._write(byte)
        if not self.depth and byte in (b"}", b"]"):
            self._end_value()

    def _between(self, byte: bytes) -> None:
        """A comma or a closing bracket outside of any value: it belongs to the array."""
        if byte == b"," or (byte == b"]" and self.in_array):
            self._end_value()
        else:
            self._write(byte)

    def _close_line_before_next(self) -> None:
        if not self.depth and self.is_begun and not self.in_array:
            self._end_value()

    def _space(self, space: bytes) -> None:
        self.pending += space
        if not self.depth and b"\n" in self.pending:
            self._end_value()
        if len(self.pending) > MAX_PENDING:
            self.pending = b"\n" if b"\n" in self.pending else b" "

    def _write(self, data: bytes) -> None:
        if self.pending:
            if self.is_begun:
                broken = b"\n" in self.pending or b"\r" in self.pending
                self.out += (b" " if self.before in (b",", b":") else b"") if broken else self.pending
            self.pending = b""
        self.out += data
        self.is_begun = self.is_begun or bool(data)
        self.before = data[-1:] or self.before

    def _end_value(self) -> None:
        if self.is_begun:
            self.out += b"\n"
        self.is_begun = False
        self.pending = b""

    def _taken(self) -> bytes:
        taken = bytes(self.out)
        self.out.clear()
        return taken


def _end(match: re.Match[bytes] | None, at: int) -> int:
    return match.end() if match else at
