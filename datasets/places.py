"""Where a line of a dataset starts, counted on from the nearest one before it that the check kept."""

from __future__ import annotations

from typing import BinaryIO

from datasets import context, queries
from datasets.models import Dataset


def start_of(dataset: Dataset, file: BinaryIO, number: int) -> int | None:
    """The byte offset of line `number` in the dataset's open `file`; None behind the end."""
    if number < 1:
        return None
    return context.find(file, number, queries.line_index(dataset).before(number))
