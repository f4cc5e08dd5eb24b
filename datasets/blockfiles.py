"""Where the blocks of a stored file (`datasets.blocks`) are kept: beside it, from a check on until the file goes.

They only save time: without them, or without room for them, all of a file is judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from datasets import storing
from datasets.blocks import Recorder
from datasets.limits import configured
from datasets.models import Dataset
from datasets.storing import FileTooLarge, Incoming, StorageFull
from datasets.validation import Validator

WORTHWHILE = 256 * 1024  # bytes of a file: a smaller one is judged in no time
READ_AT_ONCE = 1024 * 1024


@contextmanager
def recording(dataset: Dataset) -> Iterator[Recorder | None]:
    """A recorder for the blocks of a dataset, None if it is small. They are kept if nothing went wrong, and the
    recorder was given all of it: of a file that is no JSONL not every line is judged."""
    if dataset.size <= WORTHWHILE:
        yield None
        return
    room = _Room()
    try:
        recorder = Recorder(room, configured())
        yield recorder
        recorder.flush()
        if recorder.size == dataset.size:
            room.settle(dataset)
    finally:
        room.discard()


def open_file(dataset: Dataset) -> BinaryIO:
    """The blocks of a dataset. Raises FileNotFoundError."""
    return storing.open_file(dataset.blocks_path)


def make_missing(dataset_id: int) -> None:
    """Judge a checked dataset once more for its blocks: one that came in slices was judged where they are not kept."""
    dataset = Dataset.objects.exclude(state=Dataset.State.CHECKING).filter(pk=dataset_id, lines__gt=0).first()
    if dataset is None or storing.exists(dataset.blocks_path):
        return
    try:
        with recording(dataset) as recorder, storing.open_file(dataset.path) as file:
            if recorder is not None:
                _judge(file, recorder)
    except FileNotFoundError:
        return


def _judge(file: BinaryIO, recorder: Recorder) -> None:
    validator = Validator(recorder.limits, recorder)
    while chunk := file.read(READ_AT_ONCE):
        validator.feed(chunk)
    validator.finish()


class _Room:
    """Takes what is written as long as there is room for it."""

    def __init__(self) -> None:
        try:
            self.incoming: Incoming | None = Incoming()
        except StorageFull:
            self.incoming = None

    def write(self, data: bytes) -> None:
        if self.incoming is None:
            return
        try:
            self.incoming.write(data)
        except (StorageFull, FileTooLarge):
            self.discard()

    def settle(self, dataset: Dataset) -> None:
        """Keep it, unless the dataset was deleted meanwhile."""
        with storing.alone():
            if self.incoming is not None and Dataset.objects.filter(sha256=dataset.sha256).exists():
                try:
                    self.incoming.settle(dataset.blocks_path)
                except StorageFull:
                    self.discard()

    def discard(self) -> None:
        if self.incoming is not None:
            self.incoming.discard()
            self.incoming = None
