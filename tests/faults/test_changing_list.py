"""The service's list changes while it is read, page by page: nothing is taken for gone, nothing is made again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jobs.models import Job
from jobs.states import State
from teams.models import ProviderAccount
from tests.faults import invariants
from tests.faults.conftest import Queue, go_on_until_all_is_final, run
from tests.faults.world import World
from tests.jobs.sync.conftest import jsonl

Change = Callable[[World], None]
PAGE = 100


def one_goes(here: World) -> None:
    """One that had ended before all others, so that those behind it move up by one."""
    oldest = next(tune for tune in here.service.jobs.values() if not here.is_live(tune) and tune.deleted is None)
    oldest.deleted = here.service.now()


def one_comes(here: World) -> None:
    here.elsewhere("/fine-tunes", model="qwen-turbo", training_file_ids=[next(iter(here.service.files))])


def one_goes_and_one_comes(here: World) -> None:
    """Their number stays the same, so it says nothing."""
    one_goes(here)
    one_comes(here)


@pytest.fixture
def two_pages(here: World) -> None:
    """Jobs that were made elsewhere and have ended, as many as fit on a page."""
    file_id = here.uploaded_elsewhere(jsonl(55, "别"))
    for _ in range(PAGE):
        here.elsewhere("/fine-tunes", model="qwen-turbo", training_file_ids=[file_id])
        newest = next(reversed(here.service.jobs))
        here.elsewhere(f"/fine-tunes/{newest}/cancel")
        here.pass_time(4)
    here.pass_time(60)


changes = pytest.mark.parametrize("change", [one_goes, one_comes, one_goes_and_one_comes])
orders = pytest.mark.parametrize(
    "sandbox_options", [{"list_order": order, "max_running": 2} for order in ("newest", "oldest", "mixed")]
)


@orders
@changes
@pytest.mark.usefixtures("two_pages")
def test_a_job_that_runs_is_not_taken_for_gone(
    here: World, account: ProviderAccount, queue: Queue, change: Change
) -> None:
    job = queue()
    run(here, job)
    for _ in range(4):
        here.meanwhile = ("GET /fine-tunes$", lambda: change(here))
        here.sync(account.pk)
        job.refresh_from_db()
        assert job.state == State.RUNNING
    go_on_until_all_is_final(here)
    invariants.at_the_end(here)


@orders
@changes
@pytest.mark.usefixtures("two_pages")
def test_a_create_whose_answer_was_lost_is_not_made_again(here: World, queue: Queue, change: Change) -> None:
    job = queue()
    here.service.faults.set([{"cut_after": 1.0, "only": "POST /fine-tunes$", "times": 1}])
    while here.service.faults.rules:
        here.pass_time(2)
        here.meanwhile = ("GET /fine-tunes$", lambda: change(here))
        here.sweep()
        here.deliver_all()
    for _ in range(4):
        here.meanwhile = ("GET /fine-tunes$", lambda: change(here))
        here.pass_time(30)
        here.sweep()
        invariants.always(here)
    here.meanwhile = None
    go_on_until_all_is_final(here)
    assert Job.objects.get().state == State.SUCCEEDED
    assert len(here.made_for(job)) == 1
