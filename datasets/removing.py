"""Removing a dataset: its row at once, its bytes when no row shares them. What a job was trained on stays."""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models.deletion import Collector, ProtectedError

from datasets import storing
from datasets.models import Dataset
from teams import audit
from teams.models import User


def remove_orphans() -> int:
    """Remove contents, and lines set aside, that no row has: what a crash left behind. Returns how many."""
    with storing.alone():
        old = list(storing.contents_older_than(storing.ABANDONED_AFTER))
        kept = set(Dataset.objects.filter(sha256__in=old).values_list("sha256", flat=True))
        orphans = [sha256 for sha256 in old if sha256 not in kept]
        for sha256 in orphans:
            _remove_content(Dataset(sha256=sha256))
        aside = list(storing.asides_older_than(storing.ABANDONED_AFTER))
        kept = set(Dataset.objects.filter(made_by__aside__in=aside).values_list("made_by__aside", flat=True))
        lost = [path for path in aside if path not in kept]
        for path in lost:
            storing.remove(path)
    return len(orphans) + len(lost)


def users(dataset: Dataset) -> int:
    """How many rows keep it from being removed: jobs, whose app is not to be known here."""
    try:
        Collector(using=DEFAULT_DB_ALIAS, origin=dataset).collect([dataset])
    except ProtectedError as error:
        return len(error.protected_objects)
    return 0


def remove(dataset: Dataset, *, actor: User) -> None:
    """Remove `dataset` for good. Raises django.db.models.ProtectedError if a job uses it."""
    with storing.alone():
        with transaction.atomic():
            audit.record(dataset.team, actor, "dataset.delete", str(dataset), sha256=dataset.sha256)
            dataset.delete()
        remove_bytes(dataset)


def remove_bytes(dataset: Dataset) -> None:
    """Remove what the storage holds for a row that is gone, or never came; the caller holds `storing.alone`."""
    if not Dataset.objects.filter(sha256=dataset.sha256).exists():
        _remove_content(dataset)
    if aside := dataset.made_by.get("aside"):
        storing.remove(aside)


def _remove_content(dataset: Dataset) -> None:
    storing.remove(dataset.path)
    storing.remove(dataset.blocks_path)
