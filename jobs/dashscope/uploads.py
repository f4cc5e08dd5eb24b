"""A file as a multipart body that is read in blocks while it is sent, so that memory does not grow with it."""

import os
import re
from typing import BinaryIO

from requests_toolbelt import MultipartEncoder

_NO_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class _Source:
    """A file from where it stands, in the shape that the encoder reads without loading it: `len` is what is left.

    A plain file that shrinks while it is sent would make the encoder turn in a circle for ever; here it is an error.
    """

    def __init__(self, file: BinaryIO) -> None:
        start = file.tell()
        self.len = file.seek(0, os.SEEK_END) - start
        file.seek(start)
        self._file = file

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(self.len if size < 0 else min(size, self.len))
        if not block and self.len:
            raise OSError("the file became shorter while it was sent")
        self.len -= len(block)
        return block


def safe_name(name: str) -> str:
    """The last part of `name`, as it may stand in a multipart header: no control characters, no lone surrogates."""
    last = re.split(r"[/\\]", name)[-1]
    return _NO_CONTROL.sub("_", last).encode("utf-8", "replace").decode("utf-8").strip() or "file"


def multipart(file: BinaryIO, *, name: str, description: str, purpose: str) -> MultipartEncoder:
    """The body of `POST /files`, fields in the order of the vendor's own SDK; the empty ones are left out."""
    fields: list[tuple[str, object]] = []
    if description:
        fields.append(("descriptions", description))
    fields.append(("files", (safe_name(name), _Source(file), "application/octet-stream")))
    if purpose:
        fields.append(("purpose", purpose))
    return MultipartEncoder(fields)
