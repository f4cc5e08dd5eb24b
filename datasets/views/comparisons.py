"""Two versions of a dataset, line against line."""

from __future__ import annotations

from contextlib import ExitStack
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from datasets import comparing, queries, storing
from datasets.comparing import Place
from datasets.models import Dataset
from teams.access import TeamRequest, team_view

DIGITS = 18


@team_view()
@require_safe
def dataset_compare(request: TeamRequest, pk: int) -> HttpResponse:
    """What differs between the dataset and the version `with`, or else the one before it; from the place `at` on."""
    found = queries.get_or_404(request.team, pk)
    others = [version for version in queries.versions(found) if version.pk != found.pk]
    other = _other(request, found, others)
    if other is None:
        raise Http404
    old, new = sorted((found, other), key=lambda version: (version.version, version.pk))
    start = _place(request.GET.get("at", ""))
    try:
        with ExitStack() as stack:
            files = [stack.enter_context(storing.open_file(version.path)) for version in (old, new)]
            page = comparing.compare(files[0], files[1], start)
    except FileNotFoundError:
        raise Http404 from None
    context = {
        "section": "datasets",
        "dataset": found,
        "other": other,
        "others": others,
        "old": old,
        "new": new,
        "page": page,
        "is_first": start == Place(),
        "more": urlencode({"with": other.pk, "at": ".".join(map(str, page.more))}) if page.more else "",
    }
    return render(request, "datasets/compare.html", context)


def _other(request: TeamRequest, found: Dataset, others: list[Dataset]) -> Dataset | None:
    wanted = request.GET.get("with", "")
    if wanted:
        return next((version for version in others if str(version.pk) == wanted), None)
    earlier = [version for version in others if version.version < found.version]
    return found.parent or next(iter(earlier or others), None)


def _place(text: str) -> Place:
    numbers = [int(part) for part in text.split(".") if part.isdecimal() and len(part) <= DIGITS]
    return Place(*numbers) if len(numbers) == len(Place._fields) else Place()
