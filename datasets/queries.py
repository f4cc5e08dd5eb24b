"""Questions about the datasets of a team; every one starts from the team."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from datasets.lineindex import LineIndex
from datasets.models import Dataset, Lines
from teams.models import Team


def of_team(team: Team) -> QuerySet[Dataset]:
    return Dataset.objects.filter(team=team).select_related("uploaded_by")


def get_or_404(team: Team, pk: int) -> Dataset:
    dataset = get_object_or_404(of_team(team), pk=pk)
    dataset.team = team  # known already, so that nothing asks for it again
    return dataset


def newest_versions(team: Team, search: str = "") -> QuerySet[Dataset]:
    """The newest version of each name, the one uploaded last first; `search` is a part of the name."""
    newer = Dataset.objects.filter(team=team, name=OuterRef("name"), version__gt=OuterRef("version"))
    found = of_team(team).filter(~Exists(newer))
    return found.filter(name__icontains=search) if search else found


def versions(dataset: Dataset) -> QuerySet[Dataset]:
    """All versions under the dataset's name, the newest first."""
    return of_team(dataset.team).filter(name=dataset.name).order_by("-version")


def latest(team: Team, name: str) -> Dataset | None:
    return Dataset.objects.filter(team=team, name=name).order_by("-version").first()


def same_content(team: Team, sha256: str) -> Dataset | None:
    """The newest dataset of the team with this very content."""
    return Dataset.objects.filter(team=team, sha256=sha256).first()


def line_index(dataset: Dataset) -> LineIndex:
    """Where lines of the dataset start; of one that is not checked yet, only the first is known."""
    stored = Lines.objects.filter(dataset=dataset).values_list("starts", flat=True).first()
    return LineIndex.decode(bytes(stored)) if stored else LineIndex()
