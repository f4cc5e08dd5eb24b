"""Half an hour of 503, with 200 jobs waiting: the service is left alone, and afterwards every job is made, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import AccountSync, Job
from jobs.states import State, WaitReason
from teams.models import ProviderAccount
from tests.faults import invariants
from tests.faults.conftest import Queue, go_on_until_all_is_final, run
from tests.faults.world import World, settle

MANY = [{"max_running": 50, "max_jobs": 500}]
# From 4 s doubling to 5 min, a quarter less at most, half an hour has room for so many looks.
LOOKS = 16
TRIES_A_LOOK = 4


@pytest.fixture
def many(request: pytest.FixtureRequest, queue: Queue) -> list[Job]:
    return [queue(f"no. {number}") for number in range(request.param)]


def half_an_hour_of_503(here: World) -> None:
    here.service.faults.set([{"error_503": 1.0}])
    end = timezone.now() + timedelta(minutes=30)
    settle(here, lambda: timezone.now() >= end)


@pytest.mark.parametrize("sandbox_options", MANY)
@pytest.mark.parametrize("many", [20, pytest.param(200, marks=pytest.mark.deep)], indirect=True)
def test_the_service_is_left_alone_and_every_job_recovers(
    here: World, account: ProviderAccount, many: list[Job]
) -> None:
    run(here, many[0])
    here.service.calls.clear()
    half_an_hour_of_503(here)
    assert sum(here.service.calls.values()) <= LOOKS * TRIES_A_LOOK
    waiting = Job.objects.filter(state=State.QUEUED)
    assert {job.wait_reason for job in waiting} <= {WaitReason.UNREACHABLE}
    sync = AccountSync.objects.get(account=account)
    assert sync.trouble_since is not None
    assert timezone.now() - sync.trouble_since > timedelta(minutes=29)

    here.service.faults.set([])
    settle(here, lambda: not waiting.filter(wait_reason=WaitReason.UNREACHABLE).exists(), seconds=330)
    go_on_until_all_is_final(here, step=30)
    invariants.always(here)
    invariants.at_the_end(here)
    assert [len(here.made_for(job)) for job in many] == [1] * len(many)
    assert set(Job.objects.values_list("state", flat=True)) == {State.SUCCEEDED}


@pytest.mark.parametrize("sandbox_options", MANY)
def test_creates_that_may_have_been_made_are_not_made_again_after_it(here: World, queue: Queue) -> None:
    """The service falls down after it has made the jobs and before it could say so."""
    jobs = [queue(f"no. {number}") for number in range(5)]
    here.service.faults.set([{"error_503": 1.0, "only": "POST /fine-tunes$", "after": True}])
    settle(here, lambda: len(here.service.jobs) > 0, seconds=60)
    half_an_hour_of_503(here)
    here.service.faults.set([])
    go_on_until_all_is_final(here, step=30)
    invariants.at_the_end(here)
    assert [len(here.made_for(job)) for job in jobs] == [1] * 5
