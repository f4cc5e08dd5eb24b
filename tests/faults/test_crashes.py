"""A worker is killed with -9 at every boundary of its work: the next one finds what it left, and finishes it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from datasets.models import Dataset
from jobs import files
from jobs.models import Job, ProviderFile
from jobs.states import State
from jobs.sync import sync
from sandbox import life
from sandbox.app import Sandbox
from teams.models import ProviderAccount, Team, User
from tests.faults import database
from tests.jobs.sync.conftest import dataset, service
from tests.services import ROOT

__all__ = ["dataset", "service"]
pytestmark = pytest.mark.django_db(transaction=True)
# So many boundaries before and after the create call: there a mistake would cost money.
AROUND_CREATE = 3


class Program:
    """The program that carries out orders in children of its own."""

    def __init__(self, service: Sandbox) -> None:
        self.service = service
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.crashing"],
            cwd=ROOT,
            env=database.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def order(self, what: str, account: ProviderAccount, *, dies_after: int | None = None) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        base: str = account.base_url.removesuffix("/api/v1")
        order = {"do": what, "account": account.pk, "dies_after": dies_after, "service": base}
        self.process.stdin.write(json.dumps({**order, "ahead": self.service.skipped}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert answer["status"] in (0, -9), answer
        return answer

    def close(self) -> None:
        self.process.communicate(timeout=20)


@pytest.fixture
def program(service: Sandbox) -> Iterator[Program]:
    made = Program(service)
    yield made
    made.close()


class Scene:
    """A job of an account of its own, so that scenes need no clean database."""

    def __init__(self, service: Sandbox, dataset: Dataset, number: int) -> None:
        self.service = service
        team: Team = dataset.team
        person: User = dataset.uploaded_by
        self.account = ProviderAccount(team=team, name=f"no. {number}", base_url=service.url)  # type: ignore[attr-defined]
        self.key = f"sk-crash-{number:016}"
        self.account.set_key(self.key)
        self.account.save()
        settings = {"team": team, "account": self.account, "dataset": dataset, "base_model": "qwen-turbo"}
        self.job = Job.objects.create(name="faq", created_by=person, **settings)

    def bring_file(self) -> Scene:
        row = ProviderFile.objects.create(account=self.account, sha256=self.job.dataset.sha256)
        files.upload(row.pk, self.job.dataset_id)
        return self

    def get_to(self, state: State) -> Scene:
        self.bring_file()
        while self.job.state != state:
            sync(self.account.pk)
            self.service.skip(11 if state == State.RUNNING else 60)
            self.job.refresh_from_db()
        return self

    def is_well(self) -> None:
        """Nothing is lost, nothing is doubled, and the wish, if it was written down, is fulfilled."""
        self.job.refresh_from_db()
        (tune,) = [tune for tune in self.service.jobs.values() if self._is_mine(tune.request.get("job_name"))]
        wanted = State.CANCELED if self.job.cancel_requested_at else State.SUCCEEDED
        assert (self.job.state, life.status(tune, self.service.now())) == (wanted, wanted.name)
        assert (self.job.freed_at is not None) == (self.job.free_requested_at is not None) == (tune.deleted is not None)
        assert self.job.log_complete
        assert self.job.log_lines.count() == self.job.log_total > 0
        owner = tune.identity
        assert len([file for file in self.service.files.values() if file["identity"] == owner]) == 1

    def _is_mine(self, name: str | None) -> bool:
        return (name or "").startswith(f"portal-{self.job.pk}-")


def prepared(what: str, service: Sandbox, dataset: Dataset, number: int) -> Scene:
    scene = Scene(service, dataset, number)
    match what:
        case "look":
            return scene.bring_file()
        case "cancel":
            return scene.get_to(State.RUNNING)
        case "free":
            return scene.get_to(State.SUCCEEDED)
        case _:
            return scene


def survives(program: Program, dataset: Dataset, what: str, dies_after: int) -> bool:
    """Kill a worker after so many boundaries of its work, let the portal live on; False if the work was over before."""
    scene = prepared(what, program.service, dataset, dies_after)
    first = program.order(what, scene.account, dies_after=dies_after)
    program.order("live on", scene.account)
    try:
        scene.is_well()
    except (AssertionError, ValueError) as error:
        raise AssertionError(f"killed in {what!r} after {first['passed']}") from error
    return bool(first["status"] == -9)


def test_a_worker_killed_around_the_create_call_neither_loses_nor_doubles_the_job(
    program: Program, service: Sandbox, dataset: Dataset
) -> None:
    whole = prepared("look", service, dataset, 10_000)
    passed = program.order("look", whole.account)["passed"]
    made = passed.index("POST /api/v1/fine-tunes") + 1
    for dies_after in range(made - AROUND_CREATE, min(made + AROUND_CREATE, len(passed)) + 1):
        assert survives(program, dataset, "look", dies_after)


@pytest.mark.deep
@pytest.mark.parametrize("what", ["look", "bring files and look", "cancel", "free"])
def test_a_worker_may_be_killed_at_any_boundary(program: Program, dataset: Dataset, what: str) -> None:
    for dies_after in count():
        if not survives(program, dataset, what, dies_after):
            break
    assert dies_after > 10, "so many boundaries there are at least"
