"""The machine's clock jumps: what was written by the old clock must not hold up the portal by the new one."""

from __future__ import annotations

import pytest

from jobs.models import Job
from teams.models import ProviderAccount
from tests.faults import invariants
from tests.faults.conftest import Queue, go_on_until_all_is_final, run
from tests.faults.world import World

HOUR, DAY = 3600.0, 86_400.0
jumps = pytest.mark.parametrize("jump", [HOUR, -HOUR, -DAY])


def the_portal_goes_on(here: World, job: Job) -> None:
    """A job takes a minute; twenty are more than enough for all pauses that there are."""
    go_on_until_all_is_final(here, seconds=1200)
    invariants.always(here)
    invariants.at_the_end(here)
    assert len(here.made_for(job)) == 1


@jumps
def test_while_nothing_is_on(here: World, account: ProviderAccount, queue: Queue, jump: float) -> None:
    here.sync(account.pk)
    here.pass_time(jump)
    job = queue()
    here.messages.clear()  # only the sweep can find it
    the_portal_goes_on(here, job)


@jumps
def test_while_a_job_runs(here: World, queue: Queue, jump: float) -> None:
    job = queue()
    run(here, job)
    here.pass_time(jump)
    here.service.skip(-jump)  # the service's own clock is right
    the_portal_goes_on(here, job)


@jumps
@pytest.mark.parametrize("dies_at", [4, 10])
def test_while_a_pass_is_at_work_that_dies(
    here: World, account: ProviderAccount, queue: Queue, jump: float, dies_at: int
) -> None:
    job = queue()
    here.sync(account.pk, dies_at=dies_at)
    here.pass_time(jump)
    here.service.skip(-jump)
    the_portal_goes_on(here, job)


@jumps
def test_while_a_create_waits_for_a_pause(here: World, queue: Queue, jump: float) -> None:
    job = queue()
    here.service.faults.set([{"throttle": 1.0, "retry_after": "600", "only": "POST /fine-tunes$", "times": 1}])
    run_until_refused(here, job)
    here.pass_time(jump)
    here.service.skip(-jump)
    the_portal_goes_on(here, job)


@jumps
def test_while_an_upload_waits_for_its_next_try(here: World, queue: Queue, jump: float) -> None:
    job = queue()
    here.service.faults.set([{"error_500": 1.0, "only": "POST /files", "times": 1}])
    here.sweep()
    here.deliver_all()
    here.pass_time(jump)
    here.service.skip(-jump)
    the_portal_goes_on(here, job)


@jumps
@pytest.mark.parametrize("fault", ["cut_before", "cut_after"])
def test_while_a_create_is_unknown(here: World, queue: Queue, jump: float, fault: str) -> None:
    job = queue()
    here.service.faults.set([{fault: 1.0, "only": "POST /fine-tunes$", "times": 1}])
    run_until_refused(here, job)
    here.sweep()
    here.pass_time(jump)
    here.service.skip(-jump)
    the_portal_goes_on(here, job)


def run_until_refused(here: World, job: Job) -> None:
    while here.service.faults.rules:
        here.pass_time(2)
        here.sweep()
        here.deliver_all()
