"""Redis, workers, beats and the database fail under a portal of real programs: its jobs reach their ends, once each."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import redis
from django.db import connection, transaction
from django.utils import timezone

from datasets.models import Dataset
from jobs import wishes
from jobs.models import AccountSync, Job, JobEvent
from jobs.states import FINAL, State
from jobs.sync import sync
from teams.models import ProviderAccount, Team, User
from tests.faults.rig import Rig, freeze, wake
from tests.jobs.sync.conftest import jsonl, store
from tests.waiting import wait_for

pytestmark = pytest.mark.django_db(transaction=True)
# A job of the sandbox then takes a quarter of a second, so that looks and sweeps are what takes time.
SCALE = "200"
LONG = 120.0

Queue = Callable[[int], list[Job]]


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as made:
        made.start_sandbox("--time-scale", SCALE, "--max-running", "4", "--max-jobs", "100")
        yield made


@pytest.fixture
def account(rig: Rig, team: Team) -> ProviderAccount:
    account = ProviderAccount(team=team, name="Main", base_url=rig.service, max_running=4, max_existing=100)
    account.set_key("sk-test-0000000000001234")
    account.save()
    return account


@pytest.fixture
def dataset(team: Team, member: User) -> Dataset:
    return store(team, member, jsonl(55))


@pytest.fixture
def queue(account: ProviderAccount, dataset: Dataset, member: User) -> Queue:
    """As a view does it, only that no broker is told: a sweep has to find them."""

    def queued(number: int) -> list[Job]:
        settings = {"team": account.team, "account": account, "dataset": dataset, "base_model": "qwen-turbo"}
        return [
            wishes.queue_job(name=f"no. {n}", hyper_parameters={}, created_by=member, **settings)  # type: ignore[arg-type]
            for n in range(number)
        ]

    return queued


def ended() -> int:
    return Job.objects.filter(state__in=FINAL).count()


def all_end_once(rig: Rig, number: int) -> None:
    wait_for(lambda: ended() == number, seconds=LONG, what=f"the end of {number} jobs")
    made = Counter(job["job_name"].rpartition("-")[0] for job in rig.records()["jobs"])
    assert set(made.values()) == {1}
    assert len(made) == number
    assert set(Job.objects.values_list("state", flat=True)) == {State.SUCCEEDED}


def test_redis_is_flushed_again_and_again(rig: Rig, queue: Queue) -> None:
    rig.start_portal()
    queue(8)
    with redis.Redis.from_url(rig.redis_url) as client:
        for number in range(0, 8, 2):
            wait_for(lambda: ended() > number, seconds=LONG, what="the next job's end")  # noqa: B023
            client.flushall()
    all_end_once(rig, 8)


@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.deep)])
def test_redis_goes_away_and_comes_back_empty(rig: Rig, queue: Queue, seconds: float) -> None:
    """A worker that was in the middle of something may end by it: whoever runs it starts another."""
    valkey, worker = rig.start_valkey(), rig.start_worker()
    rig.start_beat()
    queue(6)
    wait_for(lambda: ended() > 0, seconds=LONG, what="the first job's end")
    rig.kill(valkey)
    time.sleep(seconds)  # this long is what is tested
    rig.start_valkey()

    def kept_up() -> bool:
        nonlocal worker
        if worker.poll() is not None:
            worker = rig.start_worker()
        return ended() == 6

    wait_for(kept_up, seconds=LONG, what="the end of 6 jobs")
    all_end_once(rig, 6)


@pytest.mark.deep
def test_two_workers_and_two_beats_are_as_good_as_one(rig: Rig, queue: Queue) -> None:
    rig.start_portal()
    rig.start_worker()
    rig.start_beat()
    queue(30)
    all_end_once(rig, 30)
    books = rig.records()["users"].values()
    assert [(user["most_running"] <= 4, user.get("refused_running", 0)) for user in books] == [(True, 0)]


def test_a_worker_that_slept_past_its_lease_writes_nothing_more(
    rig: Rig, account: ProviderAccount, queue: Queue
) -> None:
    """It is frozen while the answer to its create is on its way; another takes over and adopts the job."""
    rig.start_valkey()
    worker = rig.start_worker()
    rig.start_beat()
    rig.admin("faults", latency_after=2.0, only="POST /fine-tunes$", times=1)
    (job,) = queue(1)
    wait_for(lambda: rig.records()["jobs"], seconds=LONG, what="the create")
    freeze(worker)
    job.refresh_from_db()
    assert job.state == State.SUBMITTING
    lease_runs_out(account)
    sync(account.pk)
    job.refresh_from_db()
    assert job.state in (State.PENDING, State.RUNNING, State.SUCCEEDED)
    before = list(JobEvent.objects.filter(job=job).values_list("why", flat=True))
    wake(worker)
    all_end_once(rig, 1)
    events = list(JobEvent.objects.filter(job=job).values_list("why", flat=True))
    assert events[: len(before)] == before
    assert "adopted" in events
    assert "made" not in events


def lease_runs_out(account: ProviderAccount) -> None:
    """As if half a minute had passed."""
    AccountSync.objects.filter(account=account).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    "seconds", [3, pytest.param(10, marks=pytest.mark.deep), pytest.param(25, marks=pytest.mark.deep)]
)
def test_the_database_is_locked_for_a_while(rig: Rig, account: ProviderAccount, queue: Queue, seconds: float) -> None:
    """On SQLite by a writer that takes its time, on PostgreSQL by one that holds the account's row."""
    rig.start_portal()
    queue(4)
    wait_for(lambda: ended() > 0, seconds=LONG, what="the first job's end")
    lock = threading.Thread(target=hold_lock, args=(account, seconds))
    lock.start()
    lock.join()
    all_end_once(rig, 4)


def hold_lock(account: ProviderAccount, seconds: float) -> None:
    try:
        with transaction.atomic():
            AccountSync.objects.select_for_update().get(account=account)
            time.sleep(seconds)  # this long is what is tested
    finally:
        connection.close()
