"""Warnings that a team lives with: dismissed with a reason, shown ever after with who did it and why, taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import transaction

from datasets.codes import WARNINGS
from datasets.models import Dataset, Dismissal
from datasets.outside import Outside
from teams import audit
from teams.models import User


@dataclass(frozen=True)
class Warned:
    """A warning code with how often it was found, the link to its lines, and its dismissal if there is one. `detail`
    tells two of the same code apart."""

    code: str
    count: int
    query: str
    dismissal: Dismissal | None = None
    detail: str = ""


@dataclass(frozen=True)
class Warnings:
    """The warnings of a dataset, the most frequent first."""

    listed: list[Warned]

    @property
    def active(self) -> list[Warned]:
        return [warned for warned in self.listed if warned.dismissal is None]

    @property
    def active_count(self) -> int:
        return sum(warned.count for warned in self.active)


def warnings_of(dataset: Dataset, outside: Iterable[Outside] = ()) -> Warnings:
    """`outside` are those that the file alone does not tell."""
    dismissed = dismissals_of(dataset)
    known = [
        Warned(code, count, urlencode({"code": code}), dismissed.get(code))
        for code, count in dataset.warning_counts.items()
    ]
    known += [
        Warned(found.code, found.count, found.query, dismissed.get(found.code), found.detail) for found in outside
    ]
    return Warnings(sorted(known, key=lambda warned: (-warned.count, warned.code)))


def dismissals_of(dataset: Dataset) -> dict[str, Dismissal]:
    """The dismissals that hold for the dataset, by code: those of its name."""
    found = Dismissal.objects.filter(team=dataset.team_id, name=dataset.name).select_related("by")
    return {dismissal.code: dismissal for dismissal in found}


def dismiss(dataset: Dataset, code: str, reason: str, *, actor: User) -> None:
    """Dismiss a warning code for all versions of the dataset; a dismissal that is there gets the new reason.

    Raises ValueError for what is no warning.
    """
    if code not in WARNINGS:
        raise ValueError(code)
    with transaction.atomic():
        Dismissal.objects.filter(team=dataset.team, name=dataset.name, code=code).delete()
        Dismissal.objects.create(team=dataset.team, name=dataset.name, code=code, reason=reason, by=actor)
        audit.record(dataset.team, actor, "dataset.dismiss", dataset.name, code=code, reason=reason)


def take_back(dataset: Dataset, code: str, *, actor: User) -> None:
    """Have the warning count again. Nothing happens if it was not dismissed."""
    with transaction.atomic():
        gone, _ = Dismissal.objects.filter(team=dataset.team, name=dataset.name, code=code).delete()
        if gone:
            audit.record(dataset.team, actor, "dataset.undismiss", dataset.name, code=code)
