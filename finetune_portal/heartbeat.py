"""Proof that work gets done: beat sends a small task every few seconds; a worker that runs it leaves a mark in Redis.

Workers have been seen alive and deaf after Redis came back; the supervisor starts one anew whose mark is missing.
"""

from __future__ import annotations

import os
from typing import Any

import redis
from celery.signals import worker_ready
from django.conf import settings
from kombu.exceptions import OperationalError

from finetune_portal.celery import app

INTERVAL = 10.0
HEARD_KEY = "portal:heard"


def ready_key(pid: int) -> str:
    return f"portal:ready:{os.uname().nodename}:{pid}"


@app.task(expires=60)
def heartbeat() -> None:
    """Leave the mark; it is gone again after two heartbeats that nobody heard."""
    _mark(HEARD_KEY, seconds=int(INTERVAL * 2.5))


@app.on_after_finalize.connect
def _schedule(sender: Any, **kwargs: Any) -> None:
    sender.add_periodic_task(INTERVAL, heartbeat, name="heartbeat")


@worker_ready.connect
def _say_ready(**kwargs: Any) -> None:
    _mark(ready_key(os.getpid()), seconds=3600)


def may_be_deaf() -> bool:
    """Is it the worker's fault that no heartbeat was heard? A worker whose hands are full hears none, and without Redis
    nobody does."""
    try:
        stats = app.control.inspect(timeout=2).stats() or {}
        active = app.control.inspect(timeout=2).active() or {}
    except (OperationalError, redis.RedisError, OSError):
        return False
    short = {name: of for name, of in stats.items() if name.startswith("worker-")}  # the heartbeat's own queue
    return not any(len(active.get(name, [])) >= of["pool"]["max-concurrency"] for name, of in short.items())


def _mark(key: str, *, seconds: int) -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5) as client:
        client.set(key, 1, ex=seconds)
