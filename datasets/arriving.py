"""Judging an upload while it arrives: each request takes the judge from where the last one, in whatever process, left
it. A request spends little time at it; what it leaves is for a task, and after the last slice for the dataset's check.
"""

from __future__ import annotations

import struct
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

import msgspec
from django.utils import timezone

from datasets import markfile, slices, storing
from datasets.limits import configured
from datasets.models import Upload
from datasets.report import Report
from datasets.validation import Validator

REQUEST_SECONDS = 0.5  # a slice of good lines takes a fraction of it, one of junk many times as much
SAVE_EVERY = 2.0  # seconds, where the judge goes on for long
QUICK = 0.05  # seconds
SMALLEST, LARGEST = 64 * 1024, 1024 * 1024  # bytes judged between two looks at the clock
HEADER = struct.Struct("<Q")  # how many bytes of the file the judge has been given


class SoFar(msgspec.Struct):
    """The report on the first `judged` bytes of an upload, or on all of it that a report can rest on."""

    judged: int = 0
    report: Report = msgspec.field(default_factory=Report)

    @property
    def error_count(self) -> int:
        return sum(self.report.counts.values())


@dataclass
class Judge:
    """The judge of one upload and how far it has come, in bytes."""

    validator: Validator
    judged: int = 0

    @classmethod
    def load(cls, file: BinaryIO) -> Judge:
        """What `save` wrote; a new one if that was cut short by a crash, or never begun."""
        file.seek(0)
        try:
            (judged,) = HEADER.unpack(file.read(HEADER.size))
            return cls(Validator.load(file.read(), configured()), judged)
        except (struct.error, msgspec.MsgspecError):
            return cls(Validator(configured()))

    def save(self, file: BinaryIO, name: str) -> None:
        """Write all there is to know, and what there is to say. Raises StorageFull."""
        with storing.full_disk_told():
            file.seek(0)
            file.truncate()
            markfile.put(self.validator.findings, name)
            slices.write(file, HEADER.pack(self.judged))
            slices.write(file, self.validator.save())
            self._tell(name)

    def go_on(self, bytes_in: BinaryIO, until: float) -> bool:
        """Judge what follows, until the clock says `until`; True if that was all."""
        bytes_in.seek(self.judged)
        size = SMALLEST
        while piece := bytes_in.read(size):
            started = time.monotonic()
            self.validator.feed(piece)
            self.validator.catch_up()  # so that the clock tells how long the piece takes
            self.judged += len(piece)
            now = time.monotonic()
            if now >= until:
                break
            size = min(2 * size, LARGEST) if now - started < QUICK else SMALLEST
        return not bytes_in.read(1)

    def _tell(self, name: str) -> None:
        path = storing.incoming(name + slices.REPORT)
        new = path.with_suffix(".new")
        new.write_bytes(msgspec.msgpack.encode(SoFar(self.judged, self.validator.report())))
        new.replace(path)


def judge(name: str) -> bool:
    """Judge what has come of the upload called `name`, as far as the time of a request allows.

    True if that is all; False too if someone else is at it. Raises Gone and StorageFull.
    """
    until = time.monotonic() + REQUEST_SECONDS
    try:
        with slices.held(storing.incoming(name + slices.JUDGE), wait=False) as file:
            return _go_on(name, file, until)
    except BlockingIOError:
        return False


def catch_up(name: str) -> None:
    """Judge all that has come, however long it takes, unless someone else is at it or the upload is over."""
    try:
        with slices.held(storing.incoming(name + slices.JUDGE), wait=False) as file:
            while not _go_on(name, file, time.monotonic() + SAVE_EVERY):
                pass
    except (BlockingIOError, slices.Gone):
        return


def so_far(name: str) -> SoFar:
    """What the judge has to say of the upload, for now."""
    try:
        return msgspec.msgpack.decode(storing.incoming(name + slices.REPORT).read_bytes(), type=SoFar)
    except FileNotFoundError:
        return SoFar()


def take_over(name: str) -> Judge:
    """The judge of an upload that is whole, for good: nothing of it stays behind. Waits for one who is at it."""
    try:
        with slices.held(storing.incoming(name + slices.JUDGE)) as file:
            taken = Judge.load(file)
            markfile.take(taken.validator.findings, name)
    except (slices.Gone, markfile.Lost):
        taken = Judge(Validator(configured()))
    slices.remove(name)
    return taken


def forget_old() -> None:
    """Remove the rows of uploads of yesterday that became a dataset, or whose bytes were abandoned."""
    long_ago = timezone.now() - timedelta(seconds=storing.ABANDONED_AFTER)
    for upload in Upload.objects.filter(created_at__lt=long_ago).iterator():
        try:
            slices.length(upload.pk)
        except slices.Gone:
            upload.delete()


def _go_on(name: str, file: BinaryIO, until: float) -> bool:
    judge = Judge.load(file)
    try:
        bytes_in = storing.incoming(name).open("rb")
    except FileNotFoundError:
        raise slices.Gone from None
    with bytes_in:
        is_all = judge.go_on(bytes_in, until)
    judge.save(file, name)
    return is_all
