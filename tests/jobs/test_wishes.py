from __future__ import annotations

import pytest

from datasets.models import Dataset
from jobs import wishes
from jobs.models import AccountSync, Job, JobEvent
from jobs.states import State, WaitReason
from teams.models import AuditEntry, ProviderAccount, Team, User
from tests.jobs.conftest import MakeJob

pytestmark = pytest.mark.django_db


def test_queueing_writes_a_row_and_rings(team: Team, account: ProviderAccount, dataset: Dataset, member: User) -> None:
    job = wishes.queue_job(
        team=team,
        account=account,
        name="faq",
        dataset=dataset,
        base_model="qwen-turbo",
        hyper_parameters={"n_epochs": 3},
        created_by=member,
    )
    job.refresh_from_db()
    assert (job.state, job.wait_reason, job.hyper_parameters) == (State.QUEUED, WaitReason.NEW, {"n_epochs": 3})
    assert job.events.get().to_state == State.QUEUED
    assert AccountSync.objects.get().rings == 1
    assert AuditEntry.objects.get().verb == "job_queued"


def test_a_queued_job_is_canceled_at_once(make_job: MakeJob, member: User) -> None:
    job = make_job()
    assert wishes.request_cancel(job, member)
    job.refresh_from_db()
    assert (job.state, job.cancel_requested_by) == (State.CANCELED, member)


@pytest.mark.parametrize("state", [State.SUBMITTING, State.PENDING, State.RUNNING, State.LOST])
def test_a_job_that_the_service_may_know_gets_a_wish(make_job: MakeJob, member: User, state: State) -> None:
    job = make_job(state=state, intent_token="t")
    assert wishes.request_cancel(job, member)
    job.refresh_from_db()
    assert job.state == state
    assert job.is_canceling
    assert AccountSync.objects.get().rings == 1


def test_canceling_twice_is_one_wish(make_job: MakeJob, member: User, admin: User) -> None:
    job = make_job(state=State.RUNNING)
    assert wishes.request_cancel(job, member)
    assert not wishes.request_cancel(job, admin)
    assert job.events.count() == 1


def test_a_cancel_that_comes_too_late_changes_nothing(make_job: MakeJob, member: User) -> None:
    job = make_job(state=State.SUCCEEDED)
    assert not wishes.request_cancel(job, member)
    assert Job.objects.get().cancel_requested_at is None


def test_a_cancel_meets_the_job_where_it_has_moved_to(make_job: MakeJob, member: User) -> None:
    job = make_job()
    Job.objects.update(state=State.SUBMITTING, intent_token="t")
    assert wishes.request_cancel(job, member)
    assert Job.objects.get().is_canceling


def test_freeing_is_for_jobs_that_hold_a_slot(make_job: MakeJob, member: User) -> None:
    job = make_job(state=State.SUCCEEDED)
    assert wishes.request_free(job, member)
    assert JobEvent.objects.get().kind == JobEvent.Kind.FREE_REQUESTED
    assert not wishes.request_free(make_job(state=State.FAILED), member)


def test_running_again_keeps_the_settings_or_takes_the_defaults(make_job: MakeJob, admin: User) -> None:
    job = make_job(state=State.FAILED, hyper_parameters={"learning_rate": 0.1})
    assert wishes.run_again(job, admin).hyper_parameters == {"learning_rate": 0.1}
    again = wishes.run_again(job, admin, with_defaults=True)
    assert (again.hyper_parameters, again.run_of, again.created_by) == ({}, job, admin)
