"""A job that runs again by itself: after code 1 alone, so often as was asked for, never against a wish."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jobs.dashscope import FineTune
from jobs.models import Job, JobEvent
from jobs.observing import observe
from jobs.states import State
from teams.models import AuditEntry, User
from tests.jobs.conftest import MakeJob

pytestmark = pytest.mark.django_db


def fails(job: Job, code: str = "1") -> None:
    with transaction.atomic():
        observe(job, FineTune(job.provider_job_id, "FAILED", code=code, message="internal error"))


def test_it_is_queued_again_after_code_1(make_job: MakeJob, member: User) -> None:
    job = make_job(state=State.RUNNING, provider_job_id="ft-1", reruns_left=2, hyper_parameters={"n_epochs": 3})
    fails(job)
    again = Job.objects.get(run_of=job)

    assert (again.state, again.reruns_left, again.hyper_parameters) == (State.QUEUED, 1, {"n_epochs": 3})
    assert (again.created_by, again.provider_job_id, again.tokens) == (member, "", [])
    assert job.events.get(kind=JobEvent.Kind.RUN_AGAIN).detail == {"job": again.pk, "left": 1}
    assert again.events.get().why == "rerun"
    assert AuditEntry.objects.get().verb == "job_run_again"


def test_not_more_often_than_was_asked_for(make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING, provider_job_id="ft-0", reruns_left=2)
    for number in range(1, 5):
        fails(job)
        later = Job.objects.filter(run_of=job).first()
        if later is None:
            break
        Job.objects.filter(pk=later.pk).update(state=State.RUNNING, provider_job_id=f"ft-{number}")
        job = Job.objects.get(pk=later.pk)

    assert Job.objects.count() == 3


def test_a_second_look_at_the_failed_job_queues_nothing_more(make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING, provider_job_id="ft-1", reruns_left=2)
    fails(job)
    fails(Job.objects.get(pk=job.pk))

    assert Job.objects.filter(run_of=job).count() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"reruns_left": 0}, "1"),
        ({}, "15"),
        ({}, ""),
        ({"state": State.LOST}, "1"),
        ({"cancel_requested_at": timezone.now()}, "1"),
        ({"cancel_refusal": "too late"}, "1"),
    ],
)
def test_never_otherwise(make_job: MakeJob, fields: dict[str, Any], code: str) -> None:
    job = make_job(**{"state": State.RUNNING, "provider_job_id": "ft-1", "reruns_left": 3, **fields})
    fails(job, code)
    job.refresh_from_db()

    assert job.state == State.FAILED
    assert Job.objects.count() == 1


def test_a_cancel_that_came_while_the_service_was_asked_counts(make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING, provider_job_id="ft-1", reruns_left=3)
    Job.objects.update(cancel_requested_at=timezone.now())
    fails(job)

    assert Job.objects.count() == 1
