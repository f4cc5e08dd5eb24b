"""Celery's side of datasets: fetch and call, nothing else."""

from __future__ import annotations

from typing import Any, TypeVar

from celery import Task
from django.db.models import Model

from datasets import arriving, blockfiles, checking, claims, overlaps, queries, reading, removing, storing
from datasets.blocks import Edit
from datasets.models import Dataset, Overlap
from finetune_portal.celery import FILES_QUEUE, app
from finetune_portal.doorbell import wake

CHECKED_AT_ONCE = 256 * 1024  # bytes; even where each line is wrong in many ways they take about a second
SWEEP_EVERY = 30.0  # seconds
CLEAN_EVERY = 3600.0

M = TypeVar("M", bound=Model)


def check_soon(dataset: Dataset) -> None:
    """Check a small dataset right here, so that its page opens with the verdict; have a worker check a large one."""
    if dataset.size <= CHECKED_AT_ONCE:
        checking.check(dataset.pk)
        reading.compare(dataset.pk)
        _read_soon(dataset.pk)
    else:
        wake(check_dataset, dataset.pk)


def check_edited(base: Dataset, edit: Edit, dataset: Dataset) -> None:
    """Check a dataset that is `base` but for an edit: right here, however large it is, if that can go by blocks."""
    if dataset.size > CHECKED_AT_ONCE and checking.check_edited(dataset, base, edit):
        _read_soon(dataset.pk)
    else:
        check_soon(dataset)


@app.task(name=f"{FILES_QUEUE}.check_dataset")
def check_dataset(dataset_id: int) -> None:
    checking.check(dataset_id)
    blockfiles.make_missing(dataset_id)
    _read_soon(dataset_id)


def keep_blocks_soon(dataset: Dataset) -> None:
    if dataset.size > blockfiles.WORTHWHILE:
        wake(keep_blocks, dataset.pk)


@app.task(name=f"{FILES_QUEUE}.keep_blocks")
def keep_blocks(dataset_id: int) -> None:
    blockfiles.make_missing(dataset_id)


@app.task(name=f"{FILES_QUEUE}.read_dataset")
def read_dataset(dataset_id: int) -> None:
    reading.read_again(dataset_id)


@app.task(name=f"{FILES_QUEUE}.compare_datasets")
def compare_datasets(overlap_id: int) -> None:
    overlaps.compare(overlap_id)


def overlap_of(training: Dataset, validation: Dataset) -> Overlap:
    """The overlap of two datasets: found by now if they are small, else as soon as a worker has found it."""
    overlap, _ = Overlap.objects.get_or_create(training=training, validation=validation)
    if overlap.found_at is None:
        if training.size + validation.size <= CHECKED_AT_ONCE:
            overlaps.compare(overlap.pk)
            overlap.refresh_from_db()
        elif overlap.seen_at is None:
            wake(compare_datasets, overlap.pk)
    return overlap


def _read_soon(dataset_id: int) -> None:
    if claims.READINGS.forsaken().filter(pk=dataset_id).exists():
        wake(read_dataset, dataset_id)


@app.task(name=f"{FILES_QUEUE}.judge_upload")
def judge_upload(upload_id: str) -> None:
    arriving.catch_up(upload_id)


@app.task(name=f"{FILES_QUEUE}.convert_dataset")
def convert_dataset(conversion_id: int) -> None:
    from datasets import converting  # which has what it made checked, so it imports this module

    converting.convert(conversion_id)


@app.task(name=f"{FILES_QUEUE}.fix_dataset")
def fix_dataset(fixing_id: int) -> None:
    from datasets.fixes import applying  # which has its results checked by this module

    applying.work(fixing_id)


@app.task(name=f"{FILES_QUEUE}.split_dataset")
def split_dataset(split_id: int) -> None:
    from datasets import splitting  # which has its parts checked by this module

    splitting.work(split_id)


@app.task
def sweep_datasets() -> None:
    """Have done what was begun by a worker that was killed, or asked for by a message that was lost."""
    reading.add_missing()
    _wake_all(check_dataset, claims.CHECKS)
    _wake_all(convert_dataset, claims.CONVERSIONS)
    _wake_all(read_dataset, claims.READINGS)
    _wake_all(compare_datasets, claims.OVERLAPS)
    _wake_all(fix_dataset, claims.FIXINGS)
    _wake_all(split_dataset, claims.SPLITS)


def _wake_all(task: Task[Any, Any], work: claims.Work[M]) -> None:
    for pk in work.forsaken().values_list("pk", flat=True):
        wake(task, pk)


@app.task
def clean_storage() -> None:
    storing.remove_abandoned()
    removing.remove_orphans()
    arriving.forget_old()
    queries.old_fixings().delete()


@app.on_after_finalize.connect
def add_sweeps(sender: Any, **kwargs: Any) -> None:
    sender.add_periodic_task(SWEEP_EVERY, sweep_datasets.s())
    sender.add_periodic_task(CLEAN_EVERY, clean_storage.s())
