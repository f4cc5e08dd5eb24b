"""The page of one dataset."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import reselect, reswap, retarget

from datasets import browsing, converting, dismissals, headline, queries
from datasets.cases import Cases
from datasets.checking import MAX_ATTEMPTS
from datasets.forms import FindingsForm
from datasets.insight import insight_of
from datasets.models import Dataset
from datasets.views.examples import random_query
from teams.access import TeamRequest, team_view

VERSIONS = 12


@team_view()
@require_safe
def dataset(request: TeamRequest, pk: int) -> HttpResponse:
    """What was found in the dataset, or how far its checking is."""
    return _page(request, queries.get_or_404(request.team, pk))


@team_view()
@require_safe
def dataset_progress(request: TeamRequest, pk: int) -> HttpResponse:
    """What the page of a dataset that is being checked asks each second: nothing new is a 204; once it is checked, the
    answer is its whole page, put in place of the one that asked."""
    found = queries.get_or_404(request.team, pk)
    if found.state != Dataset.State.CHECKING:
        return reswap(reselect(retarget(_page(request, found), "#main"), "#main"), "outerHTML")
    if request.GET.get("seen") == str(found.checked_bytes):
        return HttpResponse(status=204)
    return render(request, "datasets/_progress.html", {"dataset": found} | _progress(found))


@team_view()
@require_safe
def dataset_insight(request: TeamRequest, pk: int) -> HttpResponse:
    """Figures and pictures: a fragment that asks again until the tokens are counted. Nothing new is a 204."""
    found = queries.get_or_404(request.team, pk)
    insight = insight_of(found)
    if insight.waits and insight.reading and request.GET.get("seen") == str(insight.reading.percent):
        return HttpResponse(status=204)
    return render(request, "datasets/_insight.html", {"dataset": found, "insight": insight})


def _page(request: TeamRequest, found: Dataset) -> HttpResponse:
    context: dict[str, Any] = {"section": "datasets", "dataset": found, "versions": queries.versions(found)[:VERSIONS]}
    context |= {"shape": converting.kind(found), "made_by": queries.made_by(found)}
    if found.state == Dataset.State.CHECKING:
        return render(request, "datasets/dataset_checking.html", context | _progress(found))
    findings = Cases(found, FindingsForm(request.GET).choice())
    context["warnings"] = dismissals.warnings_of(found)
    if found.can_train:
        context |= {"insight": insight_of(found), "preview": browsing.preview(found), "random_query": random_query()}
    context |= {"findings": findings, "refusal": headline.refusal(found), "service": headline.at_the_service(found)}
    return render(request, "datasets/dataset.html", context)


def _progress(found: Dataset) -> dict[str, object]:
    return {
        "percent": found.checked_bytes * 100 // max(1, found.size),
        "has_given_up": found.check_attempts >= MAX_ATTEMPTS,
    }
