"""Adding a file to a team: the next version of its name, unless the team already has this very content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from datasets import archiving, queries, storing
from datasets.models import Dataset
from datasets.storing import Incoming
from datasets.tasks import check_soon
from teams import audit
from teams.models import Team, User


def add(
    *,
    team: Team,
    uploaded_by: User,
    name: str,
    incoming: Incoming,
    parent: Dataset | None = None,
    made_by: dict[str, Any] | None = None,
    check: Callable[[Dataset], None] = check_soon,
) -> tuple[Dataset, bool]:
    """Keep `incoming` as a dataset called `name`, check it or have it checked, and return it with True.

    It comes from `parent`, or else from the version before it; `made_by` says how, unless it was uploaded. If the team
    has the same content already, return that dataset with False: nothing is added. An archived one is brought back.
    Raises StorageFull.
    """
    try:
        with storing.alone():
            same = queries.same_content(team, incoming.sha256)
            if same is not None:
                archiving.bring_back(team, same.name, actor=uploaded_by)
                return same, False
            dataset = _keep(team, uploaded_by, name, incoming, parent, made_by or {})
    finally:
        incoming.discard()
    archiving.bring_back(team, dataset.name, actor=uploaded_by)
    check(dataset)
    return dataset, True


def _keep(
    team: Team, uploaded_by: User, name: str, incoming: Incoming, parent: Dataset | None, made_by: dict[str, Any]
) -> Dataset:
    former = queries.latest(team, name)
    dataset = Dataset(
        team=team,
        name=name,
        version=former.version + 1 if former else 1,
        parent=parent or former,
        sha256=incoming.sha256,
        size=incoming.size,
        uploaded_by=uploaded_by,
        made_by=made_by,
    )
    verb = f"dataset.{made_by.get('kind', 'upload')}"
    try:
        incoming.settle(dataset.path)
        with transaction.atomic():
            dataset.save()
            audit.record(team, uploaded_by, verb, str(dataset), sha256=dataset.sha256, size=dataset.size)
    except BaseException:
        if not Dataset.objects.filter(sha256=dataset.sha256).exists():
            storing.remove(dataset.path)
        raise
    return dataset
