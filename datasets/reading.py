"""The second reading of a dataset: contradictions at once, if it has no errors, then tokens, of its good examples if it
has some. Safe to run twice.

A file without errors has no blank line, so its n-th example is its n-th line.
"""

from __future__ import annotations

from collections import Counter
from heapq import heappush, heappushpop
from typing import BinaryIO

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from datasets import conflicts, context, examples, storing, tokens
from datasets.claims import READINGS, Superseded
from datasets.goodlines import numbered
from datasets.models import Dataset, Issue, Reading

LONGEST = 100
CONFLICTING = "conflicting_duplicate"


def compare(dataset_id: int) -> None:
    """Find the examples that contradict each other, unless that is done."""
    dataset = Dataset.objects.filter(pk=dataset_id, reading__compared_at=None).first()
    if dataset is None or not dataset.can_train:
        return
    try:
        with storing.open_file(dataset.path) as file:
            marks = bytearray()
            for line in file:
                marks += conflicts.mark(examples.read(line) or [])
            found = conflicts.find(marks)
            _add_conflicts(dataset, found, file)
    except (FileNotFoundError, Superseded):
        return


def read_again(dataset_id: int) -> None:
    """Do what is left to do for the dataset, unless someone else is at it."""
    reading = READINGS.claim(dataset_id)
    if reading is None:
        return
    compare(dataset_id)
    try:
        with storing.open_file(reading.dataset.path) as file:
            _count(reading, file)
    except (FileNotFoundError, Superseded):
        return


def add_missing() -> None:
    """Give each dataset that has examples its reading: those that were checked before there were any, too."""
    has_examples = Q(state=Dataset.State.READY) | Q(state=Dataset.State.REFUSED) & ~Q(format="")
    unread = Dataset.objects.filter(has_examples, reading=None).values_list("pk", flat=True)
    Reading.objects.bulk_create([Reading(dataset_id=pk) for pk in unread], ignore_conflicts=True)


def _add_conflicts(dataset: Dataset, found: conflicts.Conflicts, file: BinaryIO) -> None:
    issues = []
    known = (1, 0)
    for conflict in found.listed:
        offset = context.find(file, conflict.line, known)
        issues.append(
            Issue(
                dataset=dataset,
                is_error=False,
                code=CONFLICTING,
                line=conflict.line,
                offset=offset,
                params={"first": conflict.first},
            )
        )
        known = (conflict.line, offset or 0)
    with transaction.atomic():
        first = Reading.objects.filter(pk=dataset.pk, compared_at=None).update(compared_at=timezone.now())
        if first != 1:
            raise Superseded
        if found.total:
            Issue.objects.bulk_create(issues)
            counts = Dataset.objects.values_list("warning_counts", flat=True).get(pk=dataset.pk)
            Dataset.objects.filter(pk=dataset.pk).update(
                warning_counts={**counts, CONFLICTING: found.total},
                truncated=dataset.truncated or found.total > len(issues),
            )


def _count(reading: Reading, file: BinaryIO) -> None:
    histogram: Counter[int] = Counter()
    longest: list[tuple[int, int, int]] = []  # a heap of (tokens, minus the line, offset): of equals the first is kept
    sign = READINGS.signs(reading)
    for number, offset, line in numbered(reading.dataset, file):
        if line is not None:
            count = tokens.count(examples.read(line) or [])
            histogram[count] += 1
            entry = (count, -number, offset)
            if len(longest) < LONGEST:
                heappush(longest, entry)
            else:
                heappushpop(longest, entry)
        sign(offset)
    READINGS.change(
        reading,
        counted_at=timezone.now(),
        read_bytes=reading.dataset.size,
        tokens=sum(count * times for count, times in histogram.items()),
        histogram={str(count): histogram[count] for count in sorted(histogram)},
        longest=[[count, -number, offset] for count, number, offset in sorted(longest, reverse=True)],
    )
