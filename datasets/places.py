"""Where a line of a dataset starts, counted on from the nearest place that its report knows."""

from __future__ import annotations

from typing import BinaryIO

from datasets import context
from datasets.models import Dataset


def start_of(dataset: Dataset, file: BinaryIO, number: int) -> int | None:
    """The byte offset of line `number` in the dataset's open `file`; None behind the end."""
    if number < 1:
        return None
    before = dataset.issues.filter(line__lte=number, offset__isnull=False).order_by("-line").first()
    known = (before.line or 1, before.offset or 0) if before else (1, 0)
    return context.find(file, number, known)
