"""multipart/form-data, read as it comes in: no part is ever held in memory."""

import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import unquote

from sandbox.errors import ServiceError

CHUNK = 256 * 1024
MAX_HEADER_BYTES = 16 * 1024


class Part:
    """One part: its field's name, its file name or None, and its bytes, to be read before the next part is."""

    def __init__(self, disposition: str, chunks: Iterator[bytes]) -> None:
        self.name = _parameter(disposition, "name") or ""
        self.filename = _parameter(disposition, "filename")
        self.chunks = chunks

    def text(self, limit: int = 64 * 1024) -> str:
        """The part as text, cut at a limit."""
        text = b""
        for chunk in self.chunks:
            text = (text + chunk)[:limit]
        return text.decode("utf-8", "replace")


def parts(content_type: str, body: BinaryIO) -> Iterator[Part]:
    """The parts of a body in order."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if not content_type.startswith("multipart/form-data") or not found:
        raise ServiceError("InvalidParameter", "The request must be multipart/form-data.")
    reader = _Reader(body, b"\r\n--" + found[1].encode())
    for _ in reader.until_delimiter():  # what stands before the first part means nothing
        pass
    while reader.another_part():
        part = Part(reader.disposition(), reader.until_delimiter())
        yield part
        for _ in part.chunks:  # a part that nobody wanted
            pass


class _Reader:
    def __init__(self, body: BinaryIO, delimiter: bytes) -> None:
        self._body = body
        self._delimiter = delimiter
        self._buffer = b"\r\n"  # the first delimiter has no line before it

    def _more(self) -> None:
        chunk = self._body.read(CHUNK)
        if not chunk:
            raise ServiceError("InvalidParameter", "The multipart body ends too early.")
        self._buffer += chunk

    def until_delimiter(self) -> Iterator[bytes]:
        """The bytes before the next delimiter, which is taken away with them."""
        while (at := self._buffer.find(self._delimiter)) < 0:
            safe = len(self._buffer) - len(self._delimiter)
            if safe > 0:
                ready, self._buffer = self._buffer[:safe], self._buffer[safe:]
                yield ready
            self._more()
        ready, self._buffer = self._buffer[:at], self._buffer[at + len(self._delimiter) :]
        if ready:
            yield ready

    def another_part(self) -> bool:
        while len(self._buffer) < 2:
            self._more()
        return not self._buffer.startswith(b"--")

    def disposition(self) -> str:
        """The Content-Disposition of the part that begins; its headers are taken away."""
        while (at := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > MAX_HEADER_BYTES:
                raise ServiceError("InvalidParameter", "A part's headers are too long.")
            self._more()
        head, self._buffer = self._buffer[:at], self._buffer[at + 4 :]
        lines = head.decode("utf-8", "replace").split("\r\n")
        return next((line for line in lines if line.lower().startswith("content-disposition:")), "")


def _parameter(disposition: str, name: str) -> str | None:
    extended = re.search(rf"[;\s]{name}\*=(?:utf-8|UTF-8)''([^;]*)", disposition)
    if extended:
        return unquote(extended[1])
    found = re.search(rf'[;\s]{name}="([^"]*)"', disposition)
    return found[1].replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n") if found else None
