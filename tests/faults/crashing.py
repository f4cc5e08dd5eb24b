"""A program that does a piece of the portal's work in a child process, which kills itself at a boundary.

A boundary is passed when something has become durable: a commit, a statement outside a transaction that writes, a call
to the service. Between two of them nothing happens that outlives a process, so "after one" is "before the next".

It reads one order a line, as JSON, and answers each with a line: the boundaries that were passed, and whether the
child was killed. Nothing of this is known to the portal: the commit and the transport are wrapped from outside.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import django
import requests
import time_machine

_WRITE = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) \"(\w+)\"")


class Boundaries:
    """Those that were passed; the process dies when it has passed `dies_after` of them (None: never)."""

    def __init__(self, dies_after: int | None, out: int) -> None:
        self._left = dies_after
        self._out = out
        self._die_if_due()

    def passed(self, what: str) -> None:
        os.write(self._out, f"{what}\n".encode())
        if self._left is not None:
            self._left -= 1
        self._die_if_due()

    def _die_if_due(self) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def watch(boundaries: Boundaries) -> None:
    """Wrap what makes things durable, for the rest of this process."""
    from django.db import connection

    from jobs.dashscope.transport import WatchedAdapter

    def after(call: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            result = call(*args, **kwargs)
            boundaries.passed(name(*args, **kwargs))
            return result

        return wrapped

    def write(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if not connection.in_atomic_block and (found := _WRITE.match(sql)):
            boundaries.passed(" ".join(found.groups()))
        return result

    connection.execute_wrappers.append(write)
    connection.commit = after(connection.commit, lambda: "COMMIT")  # type: ignore[method-assign]
    WatchedAdapter.send = after(  # type: ignore[method-assign]
        WatchedAdapter.send, lambda _, request, **__: f"{request.method} {request.path_url.partition('?')[0]}"
    )


def work(order: dict[str, Any], clock: time_machine.Traveller) -> None:
    from jobs import wishes
    from jobs.models import Job
    from jobs.sync import sync
    from teams.models import User

    account_id = order["account"]
    match order["do"]:
        case "look":
            sync(account_id)
        case "bring files and look":
            sync(account_id)
            _bring_files(account_id)
            sync(account_id)
        case "cancel":
            job = Job.objects.get(account=account_id)
            wishes.request_cancel(job, User.objects.get(pk=job.created_by_id))
            sync(account_id)
        case "free":
            job = Job.objects.get(account=account_id)
            wishes.request_free(job, User.objects.get(pk=job.created_by_id))
            sync(account_id)
        case "live on":
            _live_on(account_id, order["service"], clock)


def _bring_files(account_id: int) -> None:
    from datasets.models import Dataset
    from jobs import files
    from jobs.models import ProviderFile

    for row in ProviderFile.objects.filter(account=account_id, file_id=""):
        files.upload(row.pk, Dataset.objects.filter(sha256=row.sha256).latest("pk").pk)


def _live_on(account_id: int, service: str, clock: time_machine.Traveller) -> None:
    """The portal is up again: it works until nothing is left to do, ten seconds a turn on everyone's clock."""
    from django.db.models import Q

    from jobs.models import Job
    from jobs.states import FINAL
    from jobs.sync import due_accounts, sync

    open_still = ~Q(state__in=FINAL) | Q(free_requested_at__isnull=False, freed_at=None)
    for _ in range(200):
        clock.shift(timedelta(seconds=10))
        requests.post(f"{service}/sandbox/clock", json={"advance": 10}, timeout=10).raise_for_status()
        if account_id in due_accounts():
            sync(account_id)
        _bring_files(account_id)
        if not Job.objects.filter(open_still, account=account_id).exists():
            return


def run(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order in a child, and wait for it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=order["ahead"])) as clock:
            watch(Boundaries(order.get("dies_after"), writing))
            work(order, clock)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        passed = lines.read().splitlines()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return {"passed": passed, "status": status}


def main() -> None:
    django.setup()
    for module in ("jobs.sync", "jobs.tasks", "jobs.wishes", "jobs.files"):  # once, not in each child
        import_module(module)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
