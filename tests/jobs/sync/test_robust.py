"""What once broke a pass, or could: answers and moments that the sandbox does not give by itself are put in the
client's mouth here, one call at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from datasets.models import Dataset
from jobs import adoption, bell, files, wishes
from jobs.dashscope import Client, FineTune, FineTuneList, KeyRefused, QuotaFull, ServiceDown, TooFast, Unreachable
from jobs.dashscope.decoding import moment
from jobs.lease import Lease
from jobs.models import AccountSync, Job, JobEvent, ProviderFile, ProviderJob
from jobs.states import State, WaitReason
from jobs.sync import sync
from sandbox.app import Sandbox
from teams.models import ProviderAccount, Team, User
from tests.jobs.conftest import MakeJob
from tests.jobs.sync.conftest import Look, jsonl, store

pytestmark = pytest.mark.django_db


class Calls:
    """Put another answer in place of a client's call; `made` counts how often it was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.made = 0

    def fail(self, name: str, error: Exception) -> None:
        def call(client: Client, *args: Any, **kwargs: Any) -> Any:
            self.made += 1
            raise error

        self._monkeypatch.setattr(Client, name, call)

    def change(self, name: str, change: Callable[[Any], Any]) -> None:
        real = getattr(Client, name)
        self._monkeypatch.setattr(Client, name, lambda *args, **kwargs: change(real(*args, **kwargs)))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


def with_more(*tunes: FineTune) -> Callable[[FineTuneList], FineTuneList]:
    return lambda listed: dataclasses.replace(listed, jobs=[*listed.jobs, *tunes])


def test_a_key_that_cannot_be_decrypted_is_told(make_job: MakeJob, settings: Any) -> None:
    job = make_job()
    settings.PORTAL_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    sync(job.account_id)
    job.refresh_from_db()
    assert job.wait_reason == WaitReason.KEY_REFUSED
    assert "enter it again" in job.wait_detail["text"]


def test_a_create_that_is_refused_stops_all_until_an_admin_acts(make_job: MakeJob, look: Look, calls: Calls) -> None:
    job = make_job()
    calls.fail("create_fine_tune", KeyRefused("no access", status=403, code="AccessDenied"))
    for _ in range(3):
        look()
    job.refresh_from_db()
    assert (calls.made, job.wait_reason) == (1, WaitReason.KEY_REFUSED)
    bell.account_changed(job.account)
    look()
    assert calls.made == 2


def test_a_quota_that_the_service_counts_otherwise_gives_its_reason(
    make_job: MakeJob, look: Look, calls: Calls, skip_pauses: Callable[[], None]
) -> None:
    job = make_job()
    calls.fail("create_fine_tune", QuotaFull("Only 3 …", kind="existing", limit=3, status=429))
    for _ in range(3):
        look()
        skip_pauses()
    job.refresh_from_db()
    assert (job.wait_reason, job.tokens) == (WaitReason.SLOTS, [])
    assert AccountSync.objects.get().create_refusals == 3, "the pauses grow"


def test_a_cancel_during_a_create_that_made_nothing_counts(
    make_job: MakeJob, look: Look, calls: Calls, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = make_job()
    calls.fail("create_fine_tune", Unreachable("no route"))
    real = Lease.writing

    def canceled_just_before(lease: Lease) -> Any:
        found = Job.objects.get()
        if found.state == State.SUBMITTING:
            wishes.request_cancel(found, member)
        return real(lease)

    monkeypatch.setattr(Lease, "writing", canceled_just_before)
    look()
    job.refresh_from_db()
    assert job.state == State.CANCELED


@pytest.mark.parametrize("name", ["portal-" + "9" * 30 + "-ab", "portal-" + "9" * 5000 + "-ab", "portal-x", "portal-1"])
def test_names_that_only_look_like_ours_do_no_harm(make_job: MakeJob, look: Look, calls: Calls, name: str) -> None:
    job = make_job()
    calls.change("list_fine_tunes", with_more(FineTune("ft-x", "FAILED", name)))
    look()
    job.refresh_from_db()
    assert job.state == State.PENDING


def test_an_id_that_is_none_is_no_job() -> None:
    assert FineTune.from_json({"job_id": "f" * 129, "status": "RUNNING"}) is None


def test_a_wait_without_end_ends_within_an_hour(make_job: MakeJob, calls: Calls) -> None:
    job = make_job()
    calls.fail("list_fine_tunes", TooFast("slow down", status=429, retry_after=1e12))
    sync(job.account_id)
    assert AccountSync.objects.get().next_look_at <= timezone.now() + timedelta(hours=1)


def test_a_list_that_never_agrees_with_itself_is_a_trouble(make_job: MakeJob, look: Look, calls: Calls) -> None:
    job = make_job()
    calls.change("list_fine_tunes", lambda listed: dataclasses.replace(listed, complete=False))
    for _ in range(5):
        sync(job.account_id)
    job.refresh_from_db()
    assert (job.state, job.wait_reason) == (State.QUEUED, WaitReason.UNREACHABLE)
    assert "does not agree" in AccountSync.objects.get().trouble_text


def test_a_look_does_not_write_what_has_ended(make_job: MakeJob, account: ProviderAccount, calls: Calls) -> None:
    ended = [f"ft-{number}" for number in range(50)]
    for job_id in ended:
        make_job(provider_job_id=job_id, state=State.FAILED, log_complete=True)
    calls.change("list_fine_tunes", with_more(*(FineTune(job_id, "FAILED") for job_id in ended)))
    sync(account.pk)
    with CaptureQueriesContext(connection) as queries:
        sync(account.pk)
    assert len(queries) < 40


def test_a_canceling_that_the_service_refuses_to_hear_twice_is_told_once(
    running: Job, look: Look, service: Sandbox, calls: Calls
) -> None:
    service.call("POST", f"/sandbox/jobs/{running.provider_job_id}", {"status": "CANCELING"})
    calls.fail("cancel_fine_tune", KeyError())
    for _ in range(3):
        look()
    running.refresh_from_db()
    assert (calls.made, running.is_canceling) == (0, True)
    assert not running.events.filter(kind=JobEvent.Kind.CANCEL_REFUSED).exists()


def test_jobs_whose_files_are_stuck_do_not_hold_up_the_others(
    make_job: MakeJob, look: Look, team: Team, member: User
) -> None:
    for number in range(4):
        stuck = store(team, member, jsonl(60, f"stuck {number}"), f"{number}.jsonl")
        make_job(dataset=stuck)
        default_storage.delete(stuck.path)
    good = make_job()
    for _ in range(3):
        look()
    good.refresh_from_db()
    assert good.state == State.PENDING


def test_a_running_job_that_the_list_forgets_still_counts(
    running: Job, make_job: MakeJob, look: Look, calls: Calls
) -> None:
    second = make_job()
    calls.change("list_fine_tunes", lambda listed: dataclasses.replace(listed, jobs=[], total=0))
    calls.fail("get_fine_tune", ServiceDown("503"))
    look()
    second.refresh_from_db()
    assert second.state == State.QUEUED
    assert ProviderJob.objects.filter(job=running).exists()


def test_likeness_does_not_hang_on_the_zone_of_the_services_times(make_job: MakeJob) -> None:
    job = make_job(intent_sent={"training_file_ids": ["f"], "validation_file_ids": [], "known": []})
    job.intent_at = timezone.now()
    in_utc = moment(timezone.now().strftime("%Y-%m-%d %H:%M:%S"))  # read as China's, so eight hours early
    tune = FineTune("ft-1", "PENDING", "", job.base_model, training_file_ids=["f"], create_time=in_utc)
    assert adoption._resembles(tune, job)


@pytest.fixture
def asked(make_job: MakeJob) -> ProviderFile:
    """A file that a queued job has asked for."""
    sync(make_job().account_id)
    return ProviderFile.objects.get()


def lease_runs_out() -> None:
    ProviderFile.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_an_upload_that_was_killed_after_it_was_sent_is_not_sent_again(
    asked: ProviderFile, dataset: Dataset, service: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = files._sent

    def killed(*args: Any) -> str:
        real(*args)
        raise SystemExit

    monkeypatch.setattr(files, "_sent", killed)
    with pytest.raises(SystemExit):
        files.upload(asked.pk, dataset.pk)
    monkeypatch.setattr(files, "_sent", real)
    lease_runs_out()
    files.upload(asked.pk, dataset.pk)
    assert len(service.files) == 1


def test_an_upload_that_was_overtaken_still_gives_its_file(
    asked: ProviderFile, dataset: Dataset, service: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = files._sent

    def slow(*args: Any) -> str:
        file_id = real(*args)
        lease_runs_out()
        files.upload(asked.pk, dataset.pk)  # another worker looks, and finds it
        return file_id

    monkeypatch.setattr(files, "_sent", slow)
    files.upload(asked.pk, dataset.pk)
    asked.refresh_from_db()
    assert [asked.file_id] == list(service.files)
