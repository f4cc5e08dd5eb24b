"""Datasets at the service: a file is uploaded once an account, named by its SHA-256, in a task of its own.

The upload has a lease per (account, content), renewed while it is read; whoever comes next finds the result in the row.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from io import RawIOBase
from typing import BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from datasets.models import Dataset
from finetune_portal.doorbell import wake
from jobs import clients
from jobs.bell import ring
from jobs.clocks import reached
from jobs.dashscope import Client, DashScopeError, Refused, UploadRefused
from jobs.models import Job, ProviderFile, StaleJob
from jobs.passes import Pass
from jobs.states import State
from jobs.trouble import LONGEST_PAUSE, pause

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=10)
# The client's longest silence while the service works on what it has got, and some room.
LEASE_FOR_ANSWER = timedelta(seconds=330)


def datasets_of(job: Job) -> list[Dataset]:
    """Its training data, then its validation data if it has any."""
    return [dataset for dataset in (job.dataset, job.validation_dataset) if dataset is not None]


def ready_files(run: Pass, job: Job) -> list[str] | None:
    """The ids at the service of the job's files, in the order of `datasets_of`; None while one is missing."""
    contents = [dataset.sha256 for dataset in datasets_of(job)]
    known = dict(
        ProviderFile.objects.filter(account=run.account, sha256__in=contents)
        .exclude(file_id="")
        .values_list("sha256", "file_id")
    )
    return [known[content] for content in contents] if len(known) == len(set(contents)) else None


def files_are_there(run: Pass) -> Exists | Q:
    """A filter of jobs: all their files are at the service."""
    there = ProviderFile.objects.filter(account=run.account).exclude(file_id="")
    validation = Q(validation_dataset=None) | Exists(there.filter(sha256=OuterRef("validation_dataset__sha256")))
    return Exists(there.filter(sha256=OuterRef("dataset__sha256"))) & validation


def a_file_waits(run: Pass) -> Q:
    """A filter of jobs: the last upload of one of their files has failed and is not to be tried again yet."""
    waits = ProviderFile.objects.filter(~_is_due(), account=run.account, file_id="", is_refused=False)
    of_training = Exists(waits.filter(sha256=OuterRef("dataset__sha256")))
    return Q(of_training) | Q(Exists(waits.filter(sha256=OuterRef("validation_dataset__sha256"))))


def request_uploads(run: Pass, job: Job) -> None:
    """Wake an upload for each file of the job that is not at the service and is not on its way."""
    from jobs.tasks import upload_file

    for dataset in datasets_of(job):
        row, _ = ProviderFile.objects.get_or_create(account=run.account, sha256=dataset.sha256)
        if row.is_refused:
            _refuse(run, job, dataset, row)
            return
        if not row.file_id:
            run.look_again_in(5)
            if _claimable(row.pk).exists():
                wake(upload_file, row.pk, dataset.pk)


def _refuse(run: Pass, job: Job, dataset: Dataset, row: ProviderFile) -> None:
    """The service does not take the job's file, whatever we do: the job has failed. The next job may try again."""
    try:
        with run.lease.writing():
            job.transition(
                State.FAILED,
                why="file_refused",
                detail={"text": row.last_error, "dataset": str(dataset)},
                ended_at=timezone.now(),
                wait_reason="",
                failure_message=row.last_error,
            )
            ProviderFile.objects.filter(pk=row.pk).update(is_refused=False, attempts=0, next_attempt_at=None)
    except StaleJob:
        run.look_again_in(0)


def upload_trouble(run: Pass, job: Job) -> dict[str, str]:
    """What the last try to upload a file of the job met, and when the next one is; empty if none failed."""
    contents = [dataset.sha256 for dataset in datasets_of(job)]
    failing = ProviderFile.objects.filter(account=run.account, sha256__in=contents, file_id="").exclude(last_error="")
    row = failing.first()
    if row is None:
        return {}
    return {"text": row.last_error, "retry_at": row.next_attempt_at.isoformat() if row.next_attempt_at else ""}


def upload(row_id: int, dataset_id: int) -> None:
    """Upload a dataset's content unless it is there or on its way; then ring the account's bell."""
    token = secrets.token_hex(16)
    claim = {"lease_token": token, "lease_until": timezone.now() + LEASE, "attempts": F("attempts") + 1}
    if _claimable(row_id).update(**claim) != 1:
        return
    row = ProviderFile.objects.select_related("account").get(pk=row_id)
    dataset = Dataset.objects.get(pk=dataset_id)
    ours = ProviderFile.objects.filter(pk=row_id, lease_token=token)
    try:
        file_id = _bring(row, dataset, ours)
    except (DashScopeError, OSError) as error:
        log.warning("upload of %s: %s", dataset, error)
        _failed(ours, row, error)
    else:
        # Whoever took over meanwhile finds it there: any file with this content will do.
        ProviderFile.objects.filter(pk=row_id, file_id="").update(
            file_id=file_id, uploaded_at=timezone.now(), last_error="", lease_token="", lease_until=None
        )
    ring(row.account)


def _bring(row: ProviderFile, dataset: Dataset, ours: models.QuerySet[ProviderFile]) -> str:
    """The id of the file at the service, found there or sent now."""

    def renew(lease: timedelta) -> None:
        ours.update(lease_until=timezone.now() + lease)

    with clients.client_for(row.account) as client, default_storage.open(dataset.path) as file:
        reader = _Reader(cast(BinaryIO, file), dataset.size, renew)
        return _found(client, row, dataset) or _sent(client, cast(BinaryIO, reader), dataset)


def _claimable(row_id: int) -> models.QuerySet[ProviderFile]:
    idle = Q(lease_token="") | reached("lease_until", longest=LEASE_FOR_ANSWER)
    return ProviderFile.objects.filter(idle, _is_due(), pk=row_id, file_id="")


def _is_due() -> Q:
    return Q(next_attempt_at=None) | reached("next_attempt_at", longest=timedelta(seconds=LONGEST_PAUSE))


def _found(client: Client, row: ProviderFile, dataset: Dataset) -> str:
    """The id of a file that an earlier try brought to the service although its answer was lost, else ""."""
    if row.attempts == 1:  # this is the first
        return ""
    files = client.list_files().files
    return next((f.file_id for f in files if f.description == row.sha256 and f.size in (None, dataset.size)), "")


def _sent(client: Client, file: BinaryIO, dataset: Dataset) -> str:
    """The description is the content's SHA-256: by it the file is known again."""
    return client.upload_file(file, name=dataset.name, description=dataset.sha256).file_id


def _failed(ours: models.QuerySet[ProviderFile], row: ProviderFile, error: Exception) -> None:
    storage_full = isinstance(error, UploadRefused) and error.storage_full
    ours.update(
        last_error="The portal cannot read the file in its own storage." if isinstance(error, OSError) else str(error),
        is_refused=isinstance(error, Refused) and not storage_full,
        next_attempt_at=timezone.now() + timedelta(seconds=pause(row.attempts)),
        lease_token="",
        lease_until=None,
    )


class _Reader(RawIOBase):
    """A file that renews a lease now and then while it is read, and for longer once it is read to its end: what is left
    then is to wait for the answer."""

    def __init__(self, file: BinaryIO, size: int, renew: Callable[[timedelta], object]) -> None:
        self._file = file
        self._size = size
        self._renew = renew
        self._renew_at = timezone.now() + RENEW_EVERY

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        if self._file.tell() >= self._size:
            self._renew(LEASE_FOR_ANSWER)
        elif timezone.now() >= self._renew_at:
            self._renew(LEASE)
            self._renew_at = timezone.now() + RENEW_EVERY
        return block

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()
