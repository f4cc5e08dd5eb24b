"""Putting a dataset away, all its versions together: out of the list and of what a job can be made with, until it is
brought back. What uses it goes on, and nothing is lost."""

from __future__ import annotations

from django.db import transaction

from datasets.models import Archived, Dataset
from teams import audit
from teams.models import Team, User


def archived(dataset: Dataset) -> Archived | None:
    """Who archived it and when, None if it is not in the archive."""
    return Archived.objects.filter(team=dataset.team_id, name=dataset.name).select_related("by").first()


def archive(dataset: Dataset, *, actor: User) -> None:
    """Nothing happens if it is archived already."""
    with transaction.atomic():
        _, is_new = Archived.objects.get_or_create(team=dataset.team, name=dataset.name, defaults={"by": actor})
        if is_new:
            audit.record(dataset.team, actor, "dataset.archive", dataset.name)


def bring_back(team: Team, name: str, *, actor: User) -> bool:
    """Was it archived?"""
    with transaction.atomic():
        gone, _ = Archived.objects.filter(team=team, name=name).delete()
        if gone:
            audit.record(team, actor, "dataset.unarchive", name)
    return bool(gone)
