"""Comparing a training file with validation data."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from datasets import dismissals, queries, tasks
from datasets.claims import OVERLAPS
from datasets.models import Dataset
from teams.access import TeamRequest, team_view

OFFERED = 200


@team_view()
@require_safe
def dataset_overlap(request: TeamRequest, pk: int) -> HttpResponse:
    """`with` is the validation file; without it the page asks for one. A page that waits asks itself again. Files with
    errors are not compared: neither can be used."""
    found = queries.get_or_404(request.team, pk)
    others = queries.of_team(request.team).filter(state=Dataset.State.READY).exclude(pk=pk)
    wanted = request.GET.get("with", "")
    is_number = wanted.isdecimal() and len(wanted) < 19
    other = others.filter(pk=wanted).first() if is_number and found.can_train else None
    context = {"section": "datasets", "dataset": found, "others": others[:OFFERED], "other": other}
    if other is not None:
        overlap = tasks.overlap_of(found, other)
        context |= {"overlap": overlap, "has_given_up": OVERLAPS.is_given_up(overlap)}
        context["dismissal"] = dismissals.dismissals_of(found).get("validation_overlap")
    template = "datasets/_overlap.html" if request.htmx and other is not None else "datasets/overlap.html"
    return render(request, template, context)
