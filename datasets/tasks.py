"""Celery's side of datasets: fetch and call, nothing else."""

from __future__ import annotations

from typing import Any

from datasets import checking, queries, storing
from datasets.models import Dataset
from finetune_portal.celery import FILES_QUEUE, app
from finetune_portal.doorbell import wake

CHECKED_AT_ONCE = 8 * 1024 * 1024  # bytes; their judging takes less time than a second look at the page would
SWEEP_EVERY = 30.0  # seconds
CLEAN_EVERY = 3600.0


def check_soon(dataset: Dataset) -> None:
    """Check a small dataset right here, so that its page opens with the verdict; have a worker check a large one."""
    if dataset.size <= CHECKED_AT_ONCE:
        checking.check(dataset.pk)
    else:
        wake(check_dataset, dataset.pk)


@app.task(name=f"{FILES_QUEUE}.check_dataset")
def check_dataset(dataset_id: int) -> None:
    checking.check(dataset_id)


@app.task(name=f"{FILES_QUEUE}.fix_dataset")
def fix_dataset(fixing_id: int) -> None:
    from datasets.fixes import applying  # which has its results checked by this module

    applying.work(fixing_id)


@app.task
def sweep_datasets() -> None:
    """Have those datasets checked and fixed whose worker was killed or whose message was lost."""
    for pk in checking.forsaken().values_list("pk", flat=True):
        wake(check_dataset, pk)
    for pk in queries.forsaken_fixings().values_list("pk", flat=True):
        wake(fix_dataset, pk)


@app.task
def clean_storage() -> None:
    storing.remove_abandoned()


@app.on_after_finalize.connect
def add_sweeps(sender: Any, **kwargs: Any) -> None:
    sender.add_periodic_task(SWEEP_EVERY, sweep_datasets.s())
    sender.add_periodic_task(CLEAN_EVERY, clean_storage.s())
