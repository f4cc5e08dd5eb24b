"""Waking a worker. The database already holds what is to be done, so a message that cannot be sent is only logged:
the next sweep finds the work."""

from __future__ import annotations

from functools import partial
from typing import Any

from celery import Task
from django.db import transaction


def wake(task: Task[Any, Any], *args: Any) -> None:
    """Send `task` once the transaction at hand is committed."""
    transaction.on_commit(partial(task.delay, *args), robust=True)
