"""What the service shows, and what becomes of our jobs by it."""

from __future__ import annotations

import pytest

from jobs.models import Job, JobEvent, ProviderJob
from jobs.states import State
from jobs.sync import sync
from sandbox.app import Sandbox
from teams.models import ProviderAccount
from tests.jobs.conftest import MakeJob
from tests.jobs.sync.conftest import Look, jsonl

pytestmark = pytest.mark.django_db


def test_a_failed_job_keeps_code_and_words(running: Job, look: Look, service: Sandbox) -> None:
    service.call("POST", f"/sandbox/jobs/{running.provider_job_id}", {"fail_code": "1"})
    service.skip(600)
    look()
    running.refresh_from_db()
    assert (running.state, running.failure_code) == (State.FAILED, "1")


def test_a_code_does_not_mean_that_it_failed(running: Job, look: Look, service: Sandbox) -> None:
    service.call("POST", f"/api/v1/fine-tunes/{running.provider_job_id}/cancel", key=running.account.api_key)
    service.skip(60)
    look()
    running.refresh_from_db()
    assert (running.state, running.failure_code) == (State.CANCELED, "")


def test_a_word_that_we_do_not_know_moves_nothing(running: Job, look: Look, service: Sandbox) -> None:
    service.call("POST", f"/sandbox/jobs/{running.provider_job_id}", {"status": "SUSPENDED"})
    look()
    running.refresh_from_db()
    assert (running.state, running.provider_status) == (State.RUNNING, "SUSPENDED")


def test_a_job_is_lost_only_after_two_complete_looks(running: Job, look: Look, service: Sandbox) -> None:
    service.call("POST", f"/sandbox/jobs/{running.provider_job_id}", {"forget": True})
    look()
    running.refresh_from_db()
    assert running.state == State.RUNNING
    look()
    running.refresh_from_db()
    assert running.state == State.LOST


def test_a_job_that_only_the_list_forgets_is_not_lost(running: Job, look: Look, service: Sandbox) -> None:
    service.call("POST", f"/sandbox/jobs/{running.provider_job_id}", {"forget": "list"})
    for _ in range(3):
        look()
    running.refresh_from_db()
    assert running.state == State.RUNNING


def test_a_job_that_ended_unlisted_leaves_its_slot_in_the_same_pass(
    running: Job, make_job: MakeJob, look: Look, service: Sandbox
) -> None:
    second = make_job()
    look()
    service.call("POST", f"/sandbox/jobs/{running.provider_job_id}", {"forget": "list", "finish": True})
    sync(running.account_id)
    second.refresh_from_db()
    assert second.state == State.PENDING


def test_a_lost_job_that_shows_again_goes_on(running: Job, look: Look, service: Sandbox) -> None:
    service.call("POST", f"/sandbox/jobs/{running.provider_job_id}", {"forget": True})
    look()
    look()
    service.call("POST", f"/sandbox/jobs/{running.provider_job_id}", {"forget": False})
    look()
    running.refresh_from_db()
    assert running.state == State.RUNNING
    assert len(service.jobs) == 1


def test_jobs_made_elsewhere_are_seen_and_count(
    make_job: MakeJob, look: Look, service: Sandbox, account: ProviderAccount
) -> None:
    file_id = service.upload("x.jsonl", jsonl(), key=account.api_key)
    body = {"model": "qwen-7b-chat", "training_file_ids": [file_id]}
    service.call("POST", "/api/v1/fine-tunes", body, key=account.api_key)
    job = make_job()
    look()
    job.refresh_from_db()
    seen = ProviderJob.objects.get()
    assert (seen.job, seen.model) == (None, "qwen-7b-chat")
    assert job.wait_detail == {"job": None, "name": seen.provider_job_id}


def test_speech_hot_words_are_left_alone(look: Look, service: Sandbox, account: ProviderAccount) -> None:
    body = {"model": "paraformer-v1", "training_type": "compile_asr_phrase", "hyper_parameters": {"phrase_list": {}}}
    service.call("POST", "/api/v1/fine-tunes", body, key=account.api_key)
    look()
    assert not ProviderJob.objects.exists()


def test_progress_is_read_from_the_log(running: Job, look: Look, service: Sandbox) -> None:
    service.skip(15)
    look()
    running.refresh_from_db()
    assert running.epoch is not None
    assert running.loss is not None


def test_log_lines_are_kept_once_under_their_numbers(running: Job, look: Look, service: Sandbox) -> None:
    for _ in range(3):
        service.skip(5)
        look()
    running.refresh_from_db()
    assert list(running.log_lines.values_list("number", flat=True)) == list(range(1, running.log_total + 1))


def test_a_look_that_finds_nothing_new_leaves_the_cursor(running: Job, look: Look) -> None:
    look()
    running.team.refresh_from_db()
    before = running.team.cursor
    look()
    running.team.refresh_from_db()
    assert running.team.cursor == before


def test_a_slot_that_was_freed_elsewhere_is_free_here(running: Job, look: Look, service: Sandbox) -> None:
    service.skip(600)
    look()
    service.call("DELETE", f"/api/v1/fine-tunes/{running.provider_job_id}", key=running.account.api_key)
    look()
    look()
    running.refresh_from_db()
    assert running.freed_at is not None
    assert running.events.filter(kind=JobEvent.Kind.FREED).count() == 1
