"""A world to break, with one account and a way to queue jobs in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from datasets.models import Dataset
from jobs import wishes
from jobs.models import Job
from jobs.states import FINAL, State
from teams.models import ProviderAccount, Team, User
from tests.faults.world import World, open_account, settle, world
from tests.jobs.sync.conftest import jsonl, store

Queue = Callable[..., Job]


@pytest.fixture
def sandbox_options() -> dict[str, object]:
    """What the sandbox of a test is to be like; parametrize it."""
    return {}


@pytest.fixture
def here(db: None, sandbox_options: dict[str, object]) -> Iterator[World]:
    with world(**sandbox_options) as made:
        yield made


@pytest.fixture
def account(here: World, team: Team) -> ProviderAccount:
    """With the limits that the service really has."""
    limits = here.service.options
    return open_account(team, max_running=limits.max_running, max_existing=limits.max_jobs)


@pytest.fixture
def dataset(team: Team, member: User) -> Dataset:
    return store(team, member, jsonl(55))


@pytest.fixture
def queue(account: ProviderAccount, dataset: Dataset, member: User, here: World) -> Queue:
    def queued(name: str = "faq") -> Job:
        job = wishes.queue_job(
            team=account.team,
            account=account,
            name=name,
            dataset=dataset,
            base_model="qwen-turbo",
            hyper_parameters={"n_epochs": 1},
            created_by=member,
        )
        here.collect()
        return job

    return queued


def go_on_until_all_is_final(here: World, *, seconds: float = 3600, step: float = 5.0) -> None:
    settle(here, lambda: not Job.objects.exclude(state__in=FINAL).exists(), seconds=seconds, step=step)


def run(here: World, job: Job) -> None:
    """Let a job get to its running at the service."""

    def runs() -> bool:
        job.refresh_from_db()
        return job.state == State.RUNNING

    settle(here, runs, seconds=120)
    assert runs()
