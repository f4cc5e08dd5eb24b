"""A file that comes in slices: begun, added to, and made a dataset with its last byte. Its bytes are the affair of
`slices`, judging them that of `arriving`."""

from __future__ import annotations

from typing import BinaryIO

from django.conf import settings

from datasets import adding, arriving, checking, hashing, queries, slices, storing
from datasets.models import Dataset, Upload
from datasets.slices import Readable
from datasets.storing import FileTooLarge, StorageFull
from datasets.tasks import check_dataset, judge_upload, keep_blocks_soon
from finetune_portal.doorbell import wake
from teams.models import Team, User


class WrongOffset(Exception):
    """The slice does not begin where the bytes end that are there."""


class TooMany(Exception):
    """The person has as many unfinished uploads as one may have."""


def start(*, team: Team, user: User, name: str, size: int) -> Upload:
    """Begin the upload of `size` bytes that shall be called `name`. Raises FileTooLarge, TooMany and StorageFull."""
    if size > settings.PORTAL_MAX_FILE_BYTES:
        raise FileTooLarge
    if queries.unfinished_uploads(user).count() >= settings.PORTAL_MAX_UPLOADS:
        raise TooMany
    upload = Upload(team=team, user=user, name=name, size=size)
    slices.start(upload.pk)
    upload.save(force_insert=True)
    if not size:
        with slices.held(storing.incoming(upload.pk)) as file:
            _finish(upload, file)
    return upload


def offset(upload: Upload) -> int:
    """How many bytes have come. Raises Gone."""
    return upload.size if upload.dataset_id else slices.length(upload.pk)


def take(upload: Upload, body: Readable, *, at: int, length: int) -> bool:
    """Add a slice of `length` bytes that begins at byte `at`, and judge it; with the last byte the file becomes
    `upload.dataset`. False if the team had this very content already, and nothing was added.

    Raises WrongOffset, FileTooLarge (more than was announced), Gone, and StorageFull, which leaves nothing.
    """
    try:
        with slices.held(storing.incoming(upload.pk)) as file:
            here = slices.length(upload.pk)
            if at != here:
                raise WrongOffset
            if here + length > upload.size:
                raise FileTooLarge
            slices.append(file, body)
            hashing.go_on(upload.pk, file)
            is_judged = arriving.judge(upload.pk)
            if slices.length(upload.pk) == upload.size:
                return _finish(upload, file, is_judged=is_judged)
    except StorageFull:
        remove(upload)
        raise
    if not is_judged:
        wake(judge_upload, upload.pk)
    return True


def remove(upload: Upload) -> None:
    """Leave nothing of it, but for the dataset that it may have become."""
    if not upload.dataset_id:
        slices.remove(upload.pk)
    upload.delete()


def _finish(upload: Upload, file: BinaryIO, *, is_judged: bool = True) -> bool:
    def check(dataset: Dataset) -> None:
        _become(upload, dataset)
        judge = arriving.take_over(upload.pk) if is_judged else None
        if judge and judge.judged == dataset.size:
            checking.record(dataset, judge.validator)
            keep_blocks_soon(dataset)
        else:
            wake(check_dataset, dataset.pk)

    received = storing.Received(storing.incoming(upload.pk), hashing.go_on(upload.pk, file))
    dataset, is_new = adding.add(
        team=upload.team, uploaded_by=upload.user, name=upload.name, incoming=received, check=check
    )
    if not is_new:
        _become(upload, dataset)
        slices.remove(upload.pk)
    return is_new


def _become(upload: Upload, dataset: Dataset) -> None:
    upload.dataset = dataset
    upload.save(update_fields=["dataset"])
