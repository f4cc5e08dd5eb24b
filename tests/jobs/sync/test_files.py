"""Bringing a dataset's content to the service."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from jobs import files
from jobs.models import ProviderFile
from jobs.states import State, WaitReason
from sandbox.app import Sandbox
from tests.jobs.conftest import MakeJob
from tests.jobs.sync.conftest import Look

pytestmark = pytest.mark.django_db
UPLOAD = "POST /files$"


def due_again() -> None:
    ProviderFile.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def test_it_arrives_byte_for_byte(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    job = make_job()
    look()
    (file,) = service.files.values()
    assert (file["name"], file["size"]) == ("faq.jsonl", job.dataset.size)
    assert file["description"] == job.dataset.sha256


def test_while_it_is_on_its_way_nobody_sends_it_too(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    job = make_job()
    until = timezone.now() + timedelta(seconds=60)
    row = ProviderFile.objects.create(
        account=job.account, sha256=job.dataset.sha256, lease_token="other", lease_until=until
    )
    look()
    job.refresh_from_db()
    assert (len(service.files), job.wait_reason) == (0, WaitReason.UPLOADING)
    ProviderFile.objects.filter(pk=row.pk).update(lease_until=timezone.now())  # its process is gone
    look()
    assert len(service.files) == 1


def test_an_upload_whose_answer_is_lost_is_found_again(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    job = make_job()
    service.faults.set([{"cut_after": 1.0, "only": UPLOAD, "times": 1}])
    look()
    job.refresh_from_db()
    assert job.wait_reason == WaitReason.UPLOADING
    assert job.wait_detail["text"]
    due_again()
    look()
    job.refresh_from_db()
    assert (job.state, len(service.files)) == (State.PENDING, 1)


def test_a_failed_upload_waits_before_it_is_tried_again(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    make_job()
    service.faults.set([{"error_503": 1.0, "only": UPLOAD}])
    look()
    look()
    assert service.calls["POST /files"] == 1


def test_a_file_that_is_refused_for_good_fails_its_job(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    service.options = service.options.__class__(max_file_bytes=100)
    job = make_job()
    look()
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "Too Large" in job.failure_message
    assert job.events.filter(why="file_refused").count() == 1


def test_no_space_at_the_service_is_not_the_files_fault(make_job: MakeJob, look: Look, service: Sandbox) -> None:
    service.options = service.options.__class__(max_files=0)
    job = make_job()
    look()
    job.refresh_from_db()
    assert (job.state, job.wait_reason) == (State.QUEUED, WaitReason.UPLOADING)
    assert "Out of" in job.wait_detail["text"]


def test_bytes_that_are_gone_from_our_storage_are_told(make_job: MakeJob, look: Look) -> None:
    job = make_job()
    default_storage.delete(job.dataset.path)
    look()
    job.refresh_from_db()
    assert job.state == State.QUEUED
    assert job.wait_detail["text"] == "The portal cannot read the file in its own storage."


def test_the_lease_is_renewed_while_a_file_is_read_and_longer_for_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    renewals: list[timedelta] = []
    monkeypatch.setattr(files, "RENEW_EVERY", timedelta(0))
    reader = files._Reader(BytesIO(b"abcdef"), 6, renewals.append)
    while reader.read(2):
        pass
    assert renewals[:2] == [files.LEASE, files.LEASE]
    assert renewals[2] == files.LEASE_FOR_ANSWER
