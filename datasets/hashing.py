"""The SHA-256 of a file that arrives in slices, taken along by the process that writes them.

Such a file is only ever added to, so the hash of its first bytes stays good: what another process wrote is read here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from hashlib import _Hash

CHUNK = 1024 * 1024
AT_ONCE = 256  # uploads whose hashes are remembered; one that was forgotten is read from its start


@dataclass
class _Begun:
    digest: _Hash = field(default_factory=hashlib.sha256)
    length: int = 0


def go_on(name: str, file: BinaryIO) -> _Hash:
    """The hash of all that is in the `file` of the upload called `name`, which the caller holds."""
    begun = _begun(name)
    file.seek(begun.length)
    while chunk := file.read(CHUNK):
        begun.digest.update(chunk)
        begun.length += len(chunk)
    return begun.digest


@lru_cache(maxsize=AT_ONCE)
def _begun(name: str) -> _Begun:
    """What is known of the upload called `name`; no name is given twice."""
    return _Begun()
