"""Cancels and freed slots, carried out at the service."""

from __future__ import annotations

import pytest

from jobs import wishes
from jobs.models import Job, JobEvent
from jobs.states import State, WaitReason
from sandbox.app import Sandbox
from teams.models import ProviderAccount, User
from tests.jobs.conftest import MakeJob
from tests.jobs.sync.conftest import Look

pytestmark = pytest.mark.django_db


@pytest.fixture
def succeeded(running: Job, look: Look, service: Sandbox) -> Job:
    service.skip(600)
    look()
    running.refresh_from_db()
    return running


def test_a_running_job_is_canceled_at_the_service(running: Job, look: Look, service: Sandbox, member: User) -> None:
    wishes.request_cancel(running, member)
    look()
    service.skip(60)
    look()
    running.refresh_from_db()
    assert running.state == State.CANCELED
    assert service.jobs[running.provider_job_id].canceled is not None
    assert running.events.filter(kind=JobEvent.Kind.CANCEL_SENT).count() == 1


def test_a_cancel_that_comes_too_late_shows_what_it_became(
    running: Job, look: Look, service: Sandbox, member: User
) -> None:
    wishes.request_cancel(running, member)
    service.skip(600)
    look()
    running.refresh_from_db()
    assert running.state == State.SUCCEEDED


def test_a_cancel_while_the_create_is_open_waits_for_its_outcome(
    make_job: MakeJob, look: Look, service: Sandbox, member: User
) -> None:
    job = make_job()
    service.faults.set([{"cut_after": 1.0, "only": "POST /fine-tunes$"}])
    look()
    job.refresh_from_db()
    wishes.request_cancel(job, member)
    look()
    service.skip(60)
    look()
    job.refresh_from_db()
    assert job.state == State.CANCELED
    assert service.jobs[job.provider_job_id].canceled is not None


def test_freeing_deletes_at_the_service_and_keeps_our_record(
    succeeded: Job, look: Look, service: Sandbox, member: User
) -> None:
    lines = succeeded.log_lines.count()
    wishes.request_free(succeeded, member)
    look()
    succeeded.refresh_from_db()
    assert succeeded.freed_at is not None
    assert (succeeded.state, succeeded.log_lines.count()) == (State.SUCCEEDED, lines)
    assert service.jobs[succeeded.provider_job_id].deleted is not None


def test_a_freed_slot_is_filled_in_the_same_pass(
    account: ProviderAccount, succeeded: Job, make_job: MakeJob, look: Look, member: User
) -> None:
    account.max_existing = 1
    account.save()
    waiting = make_job()
    look()
    waiting.refresh_from_db()
    assert waiting.wait_reason == WaitReason.SLOTS
    wishes.request_free(succeeded, member)
    look()
    waiting.refresh_from_db()
    assert waiting.state == State.PENDING


def test_a_refused_delete_is_shown_in_the_services_words(
    succeeded: Job, look: Look, service: Sandbox, member: User
) -> None:
    service.options = service.options.__class__(delete_finished="refuse")
    wishes.request_free(succeeded, member)
    look()
    succeeded.refresh_from_db()
    assert succeeded.holds_slot
    assert "can not be deleted" in succeeded.free_refusal
    assert succeeded.events.filter(kind=JobEvent.Kind.FREE_REFUSED).count() == 1
    assert succeeded.free_requested_at is None, "it can be asked for again"
