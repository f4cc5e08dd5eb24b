"""Splitting a dataset into training and validation data, and what came of it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from datasets import queries, splitting
from datasets.claims import SPLITS
from datasets.forms import SplitForm
from datasets.limits import MIN_EXAMPLES
from teams.access import TeamRequest, team_view
from teams.models import Role


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_split(request: TeamRequest, pk: int) -> HttpResponse:
    """The page that asks how; a dataset with errors is not split."""
    found = queries.get_or_404(request.team, pk)
    if not found.can_train:
        raise Http404
    form = SplitForm(request.POST if request.method == "POST" else None, examples=found.examples)
    is_possible = found.examples >= 2 * MIN_EXAMPLES
    if is_possible and form.is_valid():
        split = splitting.ask(found, request.user, **form.cleaned_data)
        return redirect("dataset_parts", request.team.slug, split.pk)
    context = {
        "section": "datasets",
        "dataset": found,
        "form": form,
        "is_possible": is_possible,
        "minimum": MIN_EXAMPLES,
        "least": 2 * MIN_EXAMPLES,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "datasets/split.html", context, status=status)


@team_view()
@require_safe
def dataset_parts(request: TeamRequest, split: int) -> HttpResponse:
    """Both parts once they are there, and how far a worker is with them before."""
    found = queries.split_or_404(request.team, split)
    context = {
        "section": "datasets",
        "dataset": found.source,
        "split": found,
        "parts": [part for part in (found.training, found.validation) if part is not None],
        "percent": min(99, found.done_bytes * 100 // max(1, found.source.size)),
        "has_given_up": SPLITS.is_given_up(found),
    }
    return render(request, "datasets/parts.html", context)
