"""The bytes of an upload that comes in slices: a file whose length is the offset, added to by one process at a time.

Whatever a killed process had written of a slice counts: it is where the client goes on.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from datasets import storing

CHUNK = 1024 * 1024
JUDGE, REPORT = ".judge", ".report"  # beside the bytes: what the judge knows, and what it has to say so far


class Gone(Exception):
    """There are no such bytes any more: they were removed, or have become a dataset."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def start(name: str) -> None:
    """Begin an upload called `name`, without a byte. Raises StorageFull."""
    with storing.full_disk_told():
        for path in (storing.incoming(name), storing.incoming(name + JUDGE)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(exist_ok=False)


def length(name: str) -> int:
    """How many bytes are there. Raises Gone."""
    try:
        return storing.incoming(name).stat().st_size
    except FileNotFoundError:
        raise Gone from None


def remove(name: str) -> None:
    """Leave nothing of it."""
    path = storing.incoming(name)
    for each in (path, *path.parent.glob(f"{name}.*")):
        each.unlink(missing_ok=True)


def append(file: BinaryIO, body: Readable) -> None:
    """Add all of `body` at the end of a file that is `held`. Raises StorageFull."""
    file.seek(0, os.SEEK_END)
    with storing.full_disk_told():
        while chunk := body.read(CHUNK):
            write(file, chunk)


def write(file: BinaryIO, data: bytes | bytearray) -> None:
    """Write all of `data` to a file that is `held`: a disk that is nearly full takes a part first."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


@contextmanager
def held(path: Path, *, wait: bool = True) -> Iterator[BinaryIO]:
    """A file that nobody else holds. Raises Gone, and, where it shall not `wait`, BlockingIOError."""
    try:
        file = path.open("r+b", buffering=0)
    except FileNotFoundError:
        raise Gone from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        if not _is_there_still(file, path):
            raise Gone
        yield file


def _is_there_still(file: BinaryIO, path: Path) -> bool:
    """Whoever held the file before us may have removed it, or moved it away."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
