"""Why jobs wait, as a pass stores it, and who is passed over."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs import queueing
from jobs.dashscope import QuotaFull
from jobs.lease import Lease
from jobs.models import AccountSync, Job
from jobs.passes import Pass
from jobs.states import State, WaitReason
from jobs.waiting import explain
from sandbox.app import Sandbox
from teams import accounts
from teams.models import ProviderAccount, User
from tests.jobs.conftest import MakeJob
from tests.jobs.sync.conftest import Look
from tests.jobs.sync.test_robust import Calls

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


def reasons() -> list[tuple[str, str]]:
    jobs = Job.objects.filter(state=State.QUEUED).order_by("position")
    return [(job.name, job.wait_reason) for job in jobs]


def test_a_held_job_is_passed_over_and_nobody_waits_behind_it(
    make_job: MakeJob, look: Look, member: User, service: Sandbox
) -> None:
    held, goes, next_one = (make_job(name=name, position=at) for at, name in enumerate(["held", "goes", "next"]))
    queueing.hold(held, member, "not yet")
    look()
    goes.refresh_from_db()
    next_one.refresh_from_db()

    assert goes.state == State.PENDING
    assert reasons() == [("held", WaitReason.HELD), ("next", WaitReason.RUNNING)]
    queueing.release(held, member)
    service.skip(600)
    look()
    held.refresh_from_db()
    assert held.state == State.PENDING


def test_a_held_job_takes_no_slot(
    make_job: MakeJob, look: Look, member: User, running: Job, account: ProviderAccount
) -> None:
    account.max_existing = 2
    account.save()
    held = make_job(name="held", position=1)
    make_job(name="fits", position=2)
    make_job(name="does not", position=3)
    queueing.hold(held, member)
    look()

    assert reasons() == [
        ("held", WaitReason.HELD),
        ("fits", WaitReason.RUNNING),
        ("does not", WaitReason.SLOTS),
    ]


def test_an_account_that_is_off_holds_its_queue(
    make_job: MakeJob, look: Look, admin: User, account: ProviderAccount, service: Sandbox
) -> None:
    make_job(name="a")
    accounts.switch(account, admin, on=False, note="key leaked")
    look()
    assert reasons() == [("a", WaitReason.PAUSED)]
    assert service.calls["POST /fine-tunes"] == 0

    accounts.switch(account, admin, on=True)
    look()
    assert Job.objects.get().state == State.PENDING


def test_a_refusal_that_our_count_does_not_explain_says_when_it_is_tried_again(
    make_job: MakeJob, look: Look, calls: Calls
) -> None:
    job = make_job()
    calls.fail("create_fine_tune", QuotaFull("Too many", kind="running", status=429))
    look()
    job.refresh_from_db()

    assert job.wait_reason == WaitReason.RETRY_AT
    assert job.wait_detail["retry_at"] == AccountSync.objects.get().create_after.isoformat()  # type: ignore[union-attr]


def test_an_upload_that_failed_says_what_it_met(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    job = make_job()
    service.faults.set([{"error_503": 1.0, "only": "POST /files", "retry_after": "3600"}])
    look()
    job.refresh_from_db()

    assert job.wait_reason == WaitReason.UPLOADING
    assert job.wait_detail["text"]
    assert job.wait_detail["retry_at"]


def test_reasons_are_written_in_a_constant_number_of_queries_performance(
    make_job: MakeJob, account: ProviderAccount
) -> None:
    sync = AccountSync.objects.create(account=account)
    lease = Lease.take(account.pk)
    assert lease is not None
    make_job(state=State.RUNNING)
    counted = []
    for more in (3, 60):
        for number in range(more):
            make_job(position=number)
        with CaptureQueriesContext(connection) as queries:
            explain(Pass(account=account, sync=sync, lease=lease))
        counted.append(len(queries))

    assert counted[0] == counted[1]
    assert not Job.objects.filter(wait_reason=WaitReason.NEW, state=State.QUEUED).exclude(position=0).exists()
