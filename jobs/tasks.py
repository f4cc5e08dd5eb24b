"""Celery's side of jobs: fetch and call, nothing else."""

from __future__ import annotations

from typing import Any

from celery import Celery

from finetune_portal.celery import FILES_QUEUE, app
from jobs import files, sync

# Seconds between sweeps: what a lost message costs at most.
SWEEP_EVERY = 2.0


@app.on_after_finalize.connect
def _add_sweep(sender: Celery, **kwargs: Any) -> None:
    sender.add_periodic_task(SWEEP_EVERY, sweep.s(), name="sweep accounts", expires=SWEEP_EVERY)


@app.task
def sweep() -> None:
    """Wake a pass for every account that is due."""
    for account_id in sync.due_accounts():
        sync_account.delay(account_id)


@app.task
def sync_account(account_id: int) -> None:
    """Run a pass of the sync loop for one account."""
    sync.sync(account_id)


@app.task(name=f"{FILES_QUEUE}.upload_file")
def upload_file(row_id: int, dataset_id: int) -> None:
    """Bring a dataset's content to the service of an account."""
    files.upload(row_id, dataset_id)
