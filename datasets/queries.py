"""Questions about the datasets of a team; every one starts from the team."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from datasets.claims import FIXINGS
from datasets.lineindex import LineIndex
from datasets.models import Archived, Conversion, Dataset, Fixing, Lines, Split, Upload
from teams.models import Team, User

FIXINGS_KEPT = timedelta(days=1)


def of_team(team: Team) -> QuerySet[Dataset]:
    return Dataset.objects.filter(team=team).select_related("uploaded_by", "parent")


def get_or_404(team: Team, pk: int) -> Dataset:
    dataset = get_object_or_404(of_team(team), pk=pk)
    dataset.team = team  # known already, so that nothing asks for it again
    return dataset


def newest_versions(team: Team, search: str = "", *, archived: bool = False) -> QuerySet[Dataset]:
    """The newest version of each name, the one uploaded last first; `search` is a part of the name. Those in the
    archive, or all but them."""
    newer = Dataset.objects.filter(team=team, name=OuterRef("name"), version__gt=OuterRef("version"))
    found = of_team(team).filter(~Exists(newer)).filter(is_archived(team) if archived else ~is_archived(team))
    return found.filter(name__icontains=search) if search else found


def is_archived(team: Team) -> Exists:
    """A filter of the team's datasets: all versions of their name are archived."""
    return Exists(Archived.objects.filter(team=team, name=OuterRef("name")))


def versions(dataset: Dataset) -> QuerySet[Dataset]:
    """All versions under the dataset's name, the newest first."""
    return of_team(dataset.team).filter(name=dataset.name).order_by("-version")


def latest(team: Team, name: str) -> Dataset | None:
    return Dataset.objects.filter(team=team, name=name).order_by("-version").first()


def same_content(team: Team, sha256: str) -> Dataset | None:
    """The newest dataset of the team with this very content."""
    return Dataset.objects.filter(team=team, sha256=sha256).first()


def conversion_or_404(team: Team, pk: int) -> Conversion:
    found = Conversion.objects.select_related("source", "result").filter(source__team=team)
    return get_object_or_404(found, pk=pk)


def made_by(dataset: Dataset) -> Conversion | None:
    """The conversion that it came from."""
    return Conversion.objects.select_related("source").filter(result=dataset).first()


def split_or_404(team: Team, pk: int) -> Split:
    """A split of a dataset of the team, with its parts."""
    return get_object_or_404(Split.objects.select_related("source", "training", "validation"), pk=pk, source__team=team)


def split_of(part: Dataset) -> Split | None:
    """The split that it is a part of, None once that is gone with the dataset that was split."""
    number = part.made_by.get("split")
    return Split.objects.filter(pk=number).first() if number else None


def fixing_or_404(team: Team, pk: int) -> Fixing:
    return get_object_or_404(Fixing.objects.filter(dataset__team=team).select_related("dataset", "result"), pk=pk)


def old_fixings() -> QuerySet[Fixing]:
    """Fixings that nobody looks at any more: what came of them is a version, or can be had anew."""
    long_ago = timezone.now() - FIXINGS_KEPT
    over = Q(finished_at__lt=long_ago) | Q(seen_at__lt=long_ago, attempts__gte=FIXINGS.max_attempts)
    return Fixing.objects.filter(over)


def preview_of(dataset: Dataset, fixes: list[str]) -> Fixing | None:
    """What these fixes would change, if that was asked before: a version never changes, so the answer does not."""
    asked = Fixing.objects.filter(dataset=dataset, is_preview=True, fixes=fixes, trouble="")
    return asked.filter(attempts__lt=FIXINGS.max_attempts).first()


def unfinished_uploads(user: User) -> QuerySet[Upload]:
    """What the person has begun to send, to any team, and is not whole."""
    return Upload.objects.filter(user=user, dataset=None)


def line_index(dataset: Dataset) -> LineIndex:
    """Where lines of the dataset start; of one that is not checked yet, only the first is known."""
    stored = Lines.objects.filter(dataset=dataset).values_list("starts", flat=True).first()
    return LineIndex.decode(bytes(stored)) if stored else LineIndex()
