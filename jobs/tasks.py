"""Celery's side of jobs: fetch and call, nothing else."""

from __future__ import annotations

from finetune_portal.celery import app


@app.task
def sync_account(account_id: int) -> None:
    """Run a pass of the sync loop for one account."""
