"""From the queue to the service: what each outcome of the create call makes of a job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.models import AccountSync, Job, JobEvent, ProviderFile
from jobs.states import State, WaitReason
from sandbox.app import Sandbox
from teams.models import ProviderAccount, Team, User
from tests.jobs.conftest import MakeJob
from tests.jobs.sync.conftest import Look, jsonl, store

pytestmark = pytest.mark.django_db
CREATE = "POST /fine-tunes$"


def created(service: Sandbox) -> int:
    return len(service.jobs)


def test_a_queued_job_reaches_the_service_and_its_end(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    job = make_job(hyper_parameters={"n_epochs": 2})
    look()
    job.refresh_from_db()
    assert job.state == State.PENDING
    assert service.jobs[job.provider_job_id].request["hyper_parameters"] == {"n_epochs": 2}
    service.skip(11)
    look()
    job.refresh_from_db()
    assert job.state == State.RUNNING
    service.skip(600)
    look()
    job.refresh_from_db()
    assert job.state == State.SUCCEEDED
    assert job.finetuned_output.startswith("qwen-turbo")
    assert job.usage is not None
    assert job.log_complete
    assert job.log_lines.count() == job.log_total > 0
    assert job.ended_at is not None


def test_its_file_is_uploaded_once_for_all_jobs(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    make_job()
    make_job()
    look()
    service.skip(600)
    look()
    assert (created(service), len(service.files)) == (2, 1)


def test_a_validation_file_goes_along(
    make_job: MakeJob, look: Look, service: Sandbox, team: Team, member: User
) -> None:
    job = make_job(validation_dataset=store(team, member, jsonl(55, "检查"), "check.jsonl"))
    look()
    job.refresh_from_db()
    request = service.jobs[job.provider_job_id].request
    assert len(request["training_file_ids"]) == len(request["validation_file_ids"]) == 1
    assert request["training_file_ids"] != request["validation_file_ids"]


def test_no_second_create_while_one_runs(running: Job, make_job: MakeJob, look: Look, service: Sandbox) -> None:
    waiting = make_job(name="second")
    look()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.wait_reason) == (State.QUEUED, WaitReason.RUNNING)
    assert waiting.wait_detail == {"job": running.pk, "name": running.name}
    assert service.calls["POST /fine-tunes"] == 1


def test_a_free_slot_is_filled_in_the_pass_that_sees_it(
    running: Job, make_job: MakeJob, look: Look, service: Sandbox
) -> None:
    second = make_job(name="second")
    service.skip(600)
    look()
    second.refresh_from_db()
    assert second.state == State.PENDING


def test_the_stored_order_counts_not_the_time(make_job: MakeJob, look: Look) -> None:
    later, first = make_job(position=2), make_job(position=1)
    look()
    later.refresh_from_db()
    first.refresh_from_db()
    assert first.state == State.PENDING
    assert (later.wait_reason, later.wait_detail["job"]) == (WaitReason.RUNNING, first.pk)


def test_the_third_waits_behind_the_second(running: Job, make_job: MakeJob, look: Look) -> None:
    second, third = make_job(), make_job()
    look()
    third.refresh_from_db()
    assert (third.wait_reason, third.wait_detail) == (WaitReason.BEHIND, {"next": second.pk})


def test_a_full_account_says_what_holds_its_slots(
    account: ProviderAccount, make_job: MakeJob, look: Look, service: Sandbox
) -> None:
    account.max_existing = 1
    account.save()
    holder = make_job()
    look()
    service.skip(600)
    waiting = make_job()
    look()
    waiting.refresh_from_db()
    assert (waiting.wait_reason, waiting.wait_detail) == (WaitReason.SLOTS, {"jobs": [holder.pk]})


def test_a_quota_that_we_did_not_foresee_is_not_yet(
    make_job: MakeJob, look: Look, service: Sandbox, skip_pauses: Callable[[], None], account: ProviderAccount
) -> None:
    account.max_running = 5
    account.save()
    make_job()
    look()
    second = make_job()
    look()
    second.refresh_from_db()
    assert second.state == State.QUEUED
    assert "Too many fine-tune job" in second.events.get(why="not_made").detail["text"]
    calls = service.calls["POST /fine-tunes"]
    look()
    assert service.calls["POST /fine-tunes"] == calls, "no create before the pause is over"
    service.skip(600)
    skip_pauses()
    look()
    second.refresh_from_db()
    assert second.state == State.PENDING


@pytest.mark.parametrize(
    ("code", "trouble", "reason"),
    [
        ("InvalidApiKey", "key_refused", WaitReason.KEY_REFUSED),
        ("AccessDenied", "key_refused", WaitReason.KEY_REFUSED),
    ],
)
def test_a_refused_key_holds_the_queue(
    make_job: MakeJob, look: Look, service: Sandbox, account: ProviderAccount, code: str, trouble: str, reason: str
) -> None:
    job = make_job()
    service.call("POST", "/sandbox/keys", {"key": account.api_key, "error": code})
    look()
    job.refresh_from_db()
    assert (job.state, job.wait_reason) == (State.QUEUED, reason)
    assert AccountSync.objects.get().trouble == trouble


def test_an_account_recovers_by_itself_when_the_service_answers(
    make_job: MakeJob, look: Look, service: Sandbox
) -> None:
    job = make_job()
    service.faults.set([{"error_503": 1.0}])
    look_without_waiting(service, look)
    job.refresh_from_db()
    assert job.wait_reason == WaitReason.UNREACHABLE
    service.faults.set([])
    look()
    job.refresh_from_db()
    assert job.state == State.PENDING
    assert AccountSync.objects.get().trouble == ""


def look_without_waiting(service: Sandbox, look: Look) -> None:
    """The client's own retries of a safe call wait some seconds; a header that forbids waiting in place ends them."""
    for rule in service.faults.rules:
        rule.retry_after = "3600"
    look()


@pytest.mark.parametrize("fault", ["cut_after", "cut_half"])
def test_a_create_whose_answer_is_lost_is_found_again(
    make_job: MakeJob, look: Look, service: Sandbox, fault: str
) -> None:
    job = make_job()
    service.faults.set([{fault: 1.0, "only": CREATE}])
    look()
    job.refresh_from_db()
    assert job.state == State.SUBMITTING
    assert job.events.filter(kind=JobEvent.Kind.OUTCOME_UNKNOWN).count() == 1
    look()
    job.refresh_from_db()
    assert job.state == State.PENDING
    assert job.events.filter(why="adopted").count() == 1
    assert created(service) == 1


def test_it_is_found_by_its_settings_where_names_are_ignored(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    service.options = service.options.__class__(job_name="ignored", hyper_parameters="text")
    job = make_job(hyper_parameters={"learning_rate": 2e-5})
    service.faults.set([{"cut_after": 1.0, "only": CREATE}])
    look()
    look()
    job.refresh_from_db()
    assert (job.state, created(service)) == (State.PENDING, 1)


def test_a_create_that_never_arrived_goes_back_to_the_queue(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    job = make_job()
    service.faults.set([{"cut_before": 1.0, "only": CREATE, "times": 1}])
    look()
    look()
    look()
    job.refresh_from_db()
    assert (job.state, job.absences) == (State.SUBMITTING, 2), "three lists over a minute, not fewer"
    Job.objects.update(absent_since=timezone.now() - timedelta(minutes=2))
    look()
    job.refresh_from_db()
    assert job.state == State.PENDING
    assert job.events.filter(why="absent").count() == 1
    assert created(service) == 1


def test_an_unknown_outcome_counts_as_a_running_job(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    make_job()
    second = make_job()
    service.faults.set([{"cut_before": 1.0, "only": CREATE}])
    look()
    look()
    second.refresh_from_db()
    assert second.state == State.QUEUED
    assert service.calls["POST /fine-tunes"] == 1


def test_a_create_that_is_refused_for_good_fails_in_the_services_words(
    make_job: MakeJob, look: Look, service: Sandbox
) -> None:
    job = make_job(base_model="gpt-2")
    look()
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.failure_code == "ModelNotFound"
    assert job.failure_message
    assert job.request_id


def test_a_file_that_the_service_forgot_is_uploaded_again(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    job = make_job()
    row = ProviderFile.objects.create(account=job.account, sha256=job.dataset.sha256, file_id="gone")
    look()
    look()
    job.refresh_from_db()
    row.refresh_from_db()
    assert job.state == State.PENDING
    assert row.file_id in service.files


def test_a_job_that_shows_up_after_it_was_given_up_is_adopted(
    make_job: MakeJob, look: Look, service: Sandbox, account: ProviderAccount
) -> None:
    """The create of a pass that slept for long arrives after the intent was settled."""
    account.max_running = 3
    account.save()
    job = make_job(tokens=["portal-1-late"])
    Job.objects.update(tokens=[f"portal-{job.pk}-late"])
    file_id = service.upload("faq.jsonl", jsonl(), key=account.api_key)
    body = {"model": "qwen-turbo", "training_file_ids": [file_id], "job_name": f"portal-{job.pk}-late"}
    service.call("POST", "/api/v1/fine-tunes", body, key=account.api_key)
    look()
    job.refresh_from_db()
    assert job.state == State.PENDING
    assert created(service) == 1


def test_of_two_with_our_token_the_newer_is_canceled(
    running: Job, look: Look, service: Sandbox, account: ProviderAccount
) -> None:
    service.options = service.options.__class__(max_running=3)
    request = service.jobs[running.provider_job_id].request
    service.call("POST", "/api/v1/fine-tunes", request, key=account.api_key)
    look()
    service.skip(60)
    look()
    running.refresh_from_db()
    other = next(job for job_id, job in service.jobs.items() if job_id != running.provider_job_id)
    assert other.canceled is not None
    assert running.state != State.CANCELED
    assert running.events.filter(kind=JobEvent.Kind.DUPLICATE).count() == 1
