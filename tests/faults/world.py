"""A portal and its service in one process, on one clock that only the test moves.

All of the portal is real: its functions, its database, its client; the service is a real sandbox. What is played here
are workers (who die, or sleep past their lease) and the broker (whose messages may be lost, or come twice).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import requests
import time_machine
from celery import Task
from django.db import connection
from django.utils import timezone

from jobs.dashscope import Client
from jobs.models import Job, ProviderFile
from jobs.sync import due_accounts, sync
from jobs.tasks import upload_file
from sandbox import life
from sandbox.app import Sandbox
from sandbox.jobs import Job as Tune
from teams.models import ProviderAccount, Team
from tests.faults import wire

START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
KEY, ELSEWHERE, IDENTITY = "sk-test-0000000000001234", "sk-elsewhere-000000000000", "42"
OURS = re.compile(r"portal-(\d+)-")
# Longer than a lease, and than any call of a pass may take.
OVER_A_LEASE = 31.0


class Killed(BaseException):
    """kill -9: nothing that handles errors sees it, and nothing is written any more."""


@dataclass
class Fate:
    """When a worker dies: before its `left`-th statement or call from now; None: it does not."""

    left: int | None = None

    def step(self, statement: str = "") -> None:
        if self.left is None or statement.startswith(("ROLLBACK", "RELEASE")):  # what a database does for the dead
            return
        self.left -= 1
        if self.left < 0:
            raise Killed


@dataclass
class Sleep:
    """A worker sleeps past its lease when it makes a call that matches; before the request has left, or after."""

    call: str
    after: bool
    passes: int = 1


@dataclass
class World:
    """`messages` are those that the broker holds, `overruns` the creates that were sent although we had no room;
    `meanwhile` is what happens once, right after a call that matches."""

    clock: time_machine.Traveller
    service: Sandbox
    messages: list[tuple[Task[Any, Any], tuple[int, ...]]] = field(default_factory=list)
    overruns: list[str] = field(default_factory=list)
    sleep: Sleep | None = None
    meanwhile: tuple[str, Callable[[], object]] | None = None
    fate: Fate = field(default_factory=Fate)
    open_transactions: int = 0

    def pass_time(self, seconds: float) -> None:
        self.clock.shift(timedelta(seconds=seconds))

    # Workers

    def sync(self, account_id: int, *, dies_at: int | None = None) -> None:
        self._work(lambda: sync(account_id), dies_at)

    def sweep(self) -> None:
        for account_id in due_accounts():
            self.sync(account_id)

    def deliver(self, number: int = 0, *, dies_at: int | None = None) -> None:
        """Run one of the broker's messages."""
        task, args = self.messages.pop(number)
        if task.name == upload_file.name and not ProviderFile.objects.filter(pk=args[0]).exists():
            return
        self._work(partial(task.run, *args), dies_at)

    def deliver_all(self) -> None:
        while self.messages:
            self.deliver()

    def _work(self, work: Callable[[], object], dies_at: int | None) -> None:
        before, self.fate = self.fate, Fate(dies_at)
        try:
            work()
        except Killed:
            pass
        finally:
            self.fate = before
        self.collect()

    def execute(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        """What a worker that lives asks of the database."""
        self.fate.step(sql)
        return execute(sql, *rest)

    def collect(self) -> None:
        """Take what was to be sent to the broker after a commit; the same message need not lie there twice."""
        for entry in connection.run_on_commit:
            send: Any = entry[1]
            message = (send.func.__self__, send.args)
            if message not in self.messages:
                self.messages.append(message)
        connection.run_on_commit.clear()

    # What the wire tells

    def sent(self, call: str) -> None:
        assert len(connection.savepoint_ids) == self.open_transactions, f"{call} inside a transaction"
        self.fate.step()
        if self._falls_asleep(call, after=False):
            raise requests.ConnectTimeout("its time was over before it was sent")
        if call == "POST /fine-tunes":
            self._count()

    def done(self, call: str) -> None:
        self.fate.step()
        self._falls_asleep(call, after=True)
        if self.meanwhile and re.search(self.meanwhile[0], call):
            happen, self.meanwhile = self.meanwhile[1], None
            happen()

    def _falls_asleep(self, call: str, *, after: bool) -> bool:
        sleep = self.sleep
        if sleep is None or sleep.after != after or not re.search(sleep.call, call):
            return False
        self.sleep = None
        for _ in range(sleep.passes):
            self.pass_time(OVER_A_LEASE)
            for account_id in due_accounts():
                self.sync(account_id)
        return True

    def _count(self) -> None:
        """Is there room for one more of ours by the service's own books?"""
        now, limits = self.service.now(), self.service.options
        mine = [tune for tune in self.service.jobs.values() if tune.deleted is None and OURS.match(token_of(tune))]
        live = [tune for tune in mine if not life.is_final(tune, now)]
        holding = [tune for tune in mine if life.holds_slot(tune, now)]
        if len(live) >= limits.max_running or len(holding) >= limits.max_jobs:
            self.overruns.append(f"a create while {[tune.job_id for tune in live or holding]} were there")

    # What the service knows

    def made_for(self, job: Job) -> list[Tune]:
        """All jobs that the service ever made for one of ours."""
        return [tune for tune in self.service.jobs.values() if token_of(tune).startswith(f"portal-{job.pk}-")]

    def is_live(self, tune: Tune) -> bool:
        return tune.deleted is None and not life.is_final(tune, self.service.now())

    def status(self, tune: Tune) -> str:
        return life.status(tune, self.service.now())

    def refuse_key(self, code: str) -> None:
        """Refuse our key with this code from now on; "" ends it."""
        self._admin("keys", key=KEY, error=code, identity=IDENTITY)
        self._admin("keys", key=ELSEWHERE, identity=IDENTITY)

    def do_to(self, tune: Tune, **wishes: Any) -> None:
        self._admin(f"jobs/{tune.job_id}", **wishes)

    def _admin(self, path: str, **body: Any) -> None:
        self.service.call("POST", f"/sandbox/{path}", body)

    def elsewhere(self, path: str, **body: Any) -> None:
        """Someone uses the same account without us, and meets no fault."""
        with self._no_faults():
            self.service.call("POST", f"/api/v1{path}", body or None, key=ELSEWHERE)

    def uploaded_elsewhere(self, content: bytes) -> str:
        with self._no_faults():
            return self.service.upload("else.jsonl", content, key=ELSEWHERE)

    @contextmanager
    def _no_faults(self) -> Iterator[None]:
        rules, self.service.faults.rules = self.service.faults.rules, []
        try:
            yield
        finally:
            self.service.faults.rules = rules


def token_of(tune: Tune) -> str:
    return str(tune.request.get("job_name") or "")


@contextmanager
def world(**options: Any) -> Iterator[World]:
    """A world whose clock stands still until the test moves it."""
    with time_machine.travel(START, tick=False) as clock:
        service = Sandbox(**options)
        made = World(clock, service)
        made.refuse_key("")
        made.open_transactions = len(connection.savepoint_ids)
        session = wire.session(wire.Wire(service, sent=made.sent, done=made.done))
        client = partial(Client, session=session, sleep=made.pass_time)
        with patch("jobs.clients.Client", client), connection.execute_wrapper(made.execute), closing(service):
            yield made


def open_account(team: Team, name: str = "Main", **fields: Any) -> ProviderAccount:
    account = ProviderAccount(team=team, name=name, base_url=wire.URL, **fields)
    account.set_key(KEY)
    account.save()
    return account


def settle(world: World, is_over: Callable[[], bool], *, seconds: float = 3600, step: float = 2.0) -> None:
    """Let the portal work as it does, a sweep each `step` seconds, until `is_over` or the time is up."""
    end = timezone.now() + timedelta(seconds=seconds)
    while not is_over() and timezone.now() < end:
        world.pass_time(step)
        world.sweep()
        world.deliver_all()
