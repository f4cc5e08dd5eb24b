"""The bytes of datasets in Django's storage, named by their SHA-256 and shared by all rows with the same content.

A file is written under a name of its own and hashed on its way in, then moved into place at once: what stands in place
is always whole. Leaves rows to `datasets.adding` and `datasets.removing`.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage

if TYPE_CHECKING:
    from hashlib import _Hash

INCOMING = "incoming"
CONTENTS = "datasets"
BLOCKS = "blocks"  # of contents
ASIDE = "aside"
ABANDONED_AFTER = 24 * 3600  # seconds; an upload that is still being written changes its file all the time
DISK_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class FileTooLarge(Exception):
    """The file is larger than PORTAL_MAX_FILE_BYTES."""


class StorageFull(Exception):
    """The disk has no room for the file."""


class Incoming:
    """A file on its way in. `discard` leaves nothing of it, also after `settle` or a failed `write`."""

    def __init__(self) -> None:
        self.size = 0
        self._digest = hashlib.sha256()
        self._path = _local(f"{INCOMING}/{secrets.token_hex(16)}")
        with full_disk_told():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("xb")

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Add the next bytes. Raises FileTooLarge and StorageFull."""
        if self.size + len(chunk) > settings.PORTAL_MAX_FILE_BYTES:
            raise FileTooLarge
        with full_disk_told():
            self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    def settle(self, path: str) -> None:
        """Move the whole file to `path` of the storage, for good. Raises StorageFull."""
        target = _local(path)
        with full_disk_told():
            self._file.flush()
            os.fsync(self._file.fileno())  # a row must not outlive its bytes, not even a power cut
            self._file.close()
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path.replace(target)

    def discard(self) -> None:
        # Closing writes what is still buffered, which fails again where the disk is full.
        try:
            self._file.close()
        except OSError as error:
            if error.errno not in DISK_FULL:
                raise
        self._path.unlink(missing_ok=True)


class Received(Incoming):
    """A file that came in slices (`datasets.slices`) and is whole; its SHA-256 is known by now."""

    def __init__(self, path: Path, digest: _Hash) -> None:
        self._path = path
        self._file: Any = path.open("r+b")
        self._digest = digest
        self.size = path.stat().st_size


def incoming(name: str) -> Path:
    """Where a part of an upload called `name` stands; what lies there untouched for a day is removed."""
    return _local(f"{INCOMING}/{name}")


@contextmanager
def alone() -> Iterator[None]:
    """Hold the storage's lock: from looking which rows share a content until that has been acted on and committed.

    Otherwise a delete could take the file from under a row that another process is just writing. Taken before any
    transaction, never within one.
    """
    path = _local("lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def open_file(path: str) -> BinaryIO:
    """Open stored bytes for reading. Raises FileNotFoundError."""
    return _local(path).open("rb")


def exists(path: str) -> bool:
    return _local(path).exists()


def remove(path: str) -> None:
    """Remove stored bytes; the caller holds `alone` and knows that no row shares them."""
    _local(path).unlink(missing_ok=True)


def remove_abandoned() -> int:
    """Remove what uploads that were cut by a crash left behind; return how many files that were."""
    limit = time.time() - ABANDONED_AFTER
    folder = _local(INCOMING)
    old = [path for path in folder.glob("*") if path.stat().st_mtime < limit] if folder.is_dir() else []
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def contents_older_than(seconds: float) -> Iterator[str]:
    """The SHA-256 of every content that stands in place since then, or has blocks there, with or without a row."""
    limit = time.time() - seconds
    for folder in (_local(CONTENTS), _local(BLOCKS)):
        yield from (path.name for path in folder.glob("??/*") if path.stat().st_mtime < limit)


def asides_older_than(seconds: float) -> Iterator[str]:
    """The paths of lines that were set aside and stand there since then, with or without a row."""
    limit = time.time() - seconds
    yield from (f"{ASIDE}/{path.name}" for path in _local(ASIDE).glob("*") if path.stat().st_mtime < limit)


def _local(path: str) -> Path:
    return Path(default_storage.path(path))


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Raise StorageFull where the system says so in its way."""
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise StorageFull from error
        raise
