"""What stays behind when a process is killed at the wrong moment, or a client never comes back: removed after a day."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from datasets import slices, storing
from datasets.models import Dataset, Upload, stored_at


def remove() -> None:
    storing.remove_abandoned()
    _forget_uploads()
    for sha256 in storing.old_files():
        with storing.alone():
            if not Dataset.objects.filter(sha256=sha256).exists():
                storing.remove(stored_at(sha256))


def _forget_uploads() -> None:
    """Of an upload that became a dataset, or whose bytes were abandoned, only the row is left."""
    long_ago = timezone.now() - timedelta(seconds=storing.ABANDONED_AFTER)
    for upload in Upload.objects.filter(created_at__lt=long_ago).iterator():
        try:
            slices.length(upload.pk)
        except slices.Gone:
            upload.delete()
