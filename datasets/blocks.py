"""The findings of each block of a file, kept beside it, so that after an edit only what was edited is judged again.

A file of blocks begins with `Terms`, then comes a record for each block of whole lines, about 1 MiB of them: its
`Findings` as they are wherever it stands (lines from 1, offsets from 0), and behind each record's length. Findings add
up, so those of the edited file are the sum of its blocks. A block was judged behind others and lists no more of a code
than there was room for: where an edit makes room for more, that block is judged again too (`fits`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import msgspec
from msgspec.structs import replace

from datasets.findings import Findings, Listing, Listings
from datasets.judging import judge_block
from datasets.limits import HEAD_BYTES, MIB, Limits

LEAST = MIB  # bytes of the file in a block, but for the last one and those that were edited
MOST = 4 * MIB  # that are judged as one
MUCH = 32 * MIB  # to judge again: a worker may as well judge the whole file
LENGTH = struct.Struct("<Q")


class Terms(msgspec.Struct, frozen=True):
    """What findings depend on beside the bytes: the judge's own code, and the limits."""

    rules: bytes
    line_bytes: int
    listed: int


class Edit(NamedTuple):
    """From byte `offset` on, whole lines of `removed` bytes gave way to `added` bytes.

    `crlf` is by how many there are more lines, or fewer, that end with CR LF.
    """

    offset: int
    removed: int
    added: int
    crlf: int = 0


class NotKept(Exception):
    """There are no blocks of the file, or none that can be relied on, or they would not save much."""


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Recorder:
    """Writes the blocks of a file as it is judged: `add` each, in order."""

    def __init__(self, file: Sink, limits: Limits, least: int = LEAST) -> None:
        self.file = file
        self.limits = limits
        self.least = least
        self.size = 0  # bytes of the file that was judged, in records
        self.pending = Findings()
        write_record(file, msgspec.msgpack.encode(_terms(limits)))

    def add(self, found: Findings, before: Findings) -> None:
        """Take the findings of the next block, which was judged behind `before`."""
        self.pending.absorb(_movable(found, before), self.limits.listed)
        if self.pending.size >= self.least:
            self.flush()

    def copy(self, record: bytes, found: Findings) -> None:
        """Take a record as it stands, with the findings that it has."""
        self.flush()
        write_record(self.file, record)
        self.size += found.size

    def flush(self) -> None:
        if self.pending.size:
            index = self.pending.index.moved(-self.size)
            write_record(self.file, msgspec.msgpack.encode(replace(self.pending, index=index)))
            self.size += self.pending.size
            self.pending = Findings()


def write_record(file: Sink, record: bytes) -> None:
    file.write(LENGTH.pack(len(record)) + record)


def judge_again(kept: BinaryIO, edit: Edit, edited: BinaryIO, recorder: Recorder) -> Findings:
    """The findings of the `edited` file, from the blocks of the file before; its own go to the recorder.

    Raises NotKept if they are no blocks, or of another judge.
    """
    judging = _Judging(edited, recorder)
    old = 0  # where the block stood
    for record, found in _read(kept, recorder.limits):
        if old <= edit.offset < old + found.size:
            judging.judge(found.size - edit.removed + edit.added)
        elif (old == 0) == (judging.total.size == 0) and fits(judging.total, found, recorder.limits.listed):
            judging.take(record, found)
        else:
            judging.judge(found.size)
        old += found.size
    if edit.offset + edit.removed > old:
        raise NotKept
    return judging.finish()


def fits(before: Findings, found: Findings, keep: int) -> bool:
    """Whether these findings of a block, judged behind others, say enough of it where `before` stands before it."""
    if before.first_line is None and found.first_line is None and found.lines > found.blank:
        return False
    own = before.first_format or found.first_format
    if own is None and found.formats:
        return False
    room = [(before.errors, found.errors)]
    for name, part in found.formats.items():
        earlier = before.formats.get(name)
        if name == own:
            room.append((earlier.warnings if earlier else {}, part.warnings))
        else:
            room.append(({name: earlier.lines} if earlier else {}, {name: part.lines}))
    return all(_list_enough(earlier, theirs, keep) for earlier, theirs in room)


class _Judging:
    """The sum of an edited file's blocks so far."""

    def __init__(self, edited: BinaryIO, recorder: Recorder) -> None:
        self.edited = edited
        self.recorder = recorder
        self.limits = recorder.limits
        self.total = Findings()
        self.judged = 0  # bytes

    def take(self, record: bytes, found: Findings) -> None:
        self.recorder.copy(record, found)
        self._absorb(replace(found, index=found.index.moved(self.total.size)))

    def judge(self, size: int) -> None:
        """Judge the next bytes of the edited file, which are whole lines."""
        self.judged += size
        if self.judged > MUCH:
            raise NotKept
        self.edited.seek(self.total.size)
        for piece in _pieces(self.edited.read(size)):
            found = judge_block(piece, self.total.size, self.limits, self.total)
            self.recorder.add(found, self.total)
            self._absorb(found)
        self.recorder.flush()

    def finish(self) -> Findings:
        self.edited.seek(0)
        self.total.head = self.edited.read(HEAD_BYTES)
        return self.total

    def _absorb(self, found: Findings) -> None:
        self.total.absorb(found, self.limits.listed)


def _read(kept: BinaryIO, limits: Limits) -> Iterator[tuple[bytes, Findings]]:
    """The records of blocks that this judge made."""
    try:
        if msgspec.msgpack.decode(_next_record(kept), type=Terms) != _terms(limits):
            raise NotKept
        while record := _next_record(kept):
            yield record, msgspec.msgpack.decode(record, type=Findings)
    except msgspec.MsgspecError:
        raise NotKept from None


def _next_record(kept: BinaryIO) -> bytes:
    """Empty at the end."""
    prefix = kept.read(LENGTH.size)
    if not prefix:
        return b""
    length = LENGTH.unpack(prefix)[0] if len(prefix) == LENGTH.size else 0
    record = kept.read(length)
    if not length or len(record) < length:
        raise NotKept
    return record


def _movable(found: Findings, before: Findings) -> Findings:
    """Without what holds only at its place: the file's first bytes, a first line or format that is not the file's (for
    behind the file's own they are not looked for), and formats of which it has no line."""
    return replace(
        found,
        head=b"",
        formats={name: part for name, part in found.formats.items() if part.lines.count},
        first_line=None if before.first_line else found.first_line,
        first_format=None if before.first_format else found.first_format,
    )


def _list_enough(earlier: Listings, theirs: Listings, keep: int) -> bool:
    return all(
        len(listing.first) >= min(keep - len(earlier.get(code, Listing()).first), listing.count)
        and (listing.last is not None or len(listing.first) == listing.count)
        for code, listing in theirs.items()
    )


def _pieces(data: bytes) -> Iterator[bytes]:
    """Whole lines, as many as are judged at once."""
    start = 0
    while start < len(data):
        end = len(data) if len(data) - start <= MOST else data.find(b"\n", start + MOST // 2) + 1 or len(data)
        yield data[start:end]
        start = end


def _terms(limits: Limits) -> Terms:
    return Terms(_rules(), limits.line_bytes, limits.listed)


@cache
def _rules() -> bytes:
    """A hash of the code that judges: a newer portal does not go by what an older one found."""
    digest = blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
