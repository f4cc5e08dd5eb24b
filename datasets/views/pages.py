"""The page of one dataset."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import reselect, reswap, retarget

from datasets import archiving, browsing, converting, dismissals, editing, headline, queries
from datasets.cases import Cases
from datasets.claims import CHECKS
from datasets.editing import Editor
from datasets.forms import FindingsForm
from datasets.insight import insight_of
from datasets.models import Dataset
from datasets.views import fixing
from datasets.views.examples import random_query
from teams.access import TeamRequest, team_view

VERSIONS = 12
ASKED = ("code", "start", "line", "fix", "limit", "validation")


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
    return render(request, "datasets/_progress.html", {"dataset": found} | _progress(request, found))


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
    versions = list(queries.versions(found)[:VERSIONS])
    context: dict[str, Any] = {"section": "datasets", "dataset": found, "versions": versions, "newest": versions[0]}
    context["split"] = queries.split_of(found)
    context["archived"] = archiving.archived(found)
    context["may_archive"] = request.membership.may_act and context["archived"] is None
    context |= {"shape": converting.kind(found), "made_by": queries.made_by(found)}
    if found.state == Dataset.State.CHECKING:
        return render(request, "datasets/dataset_checking.html", context | _progress(request, found))
    findings = Cases(found, FindingsForm(request.GET).choice())
    context["warnings"] = dismissals.warnings_of(found, findings.outside)
    if found.can_train or found.format:
        context["insight"] = insight_of(found)
    if found.can_train:
        context |= {"preview": browsing.preview(found), "random_query": random_query()}
    # An old version is looked at: what is made of it would have to go before what was made since.
    may_fix = request.membership.may_act and found.pk == versions[0].pk
    context |= {
        "may_fix": may_fix,
        "findings": findings,
        "refusal": headline.refusal(found),
        "service": headline.at_the_service(found),
        "editor": _open_editor(request, findings) if may_fix else None,
    }
    if may_fix:
        context |= fixing.of_dataset(found)
    return render(request, "datasets/dataset.html", context)


def _open_editor(request: TeamRequest, findings: Cases) -> Editor | None:
    """The editor of the page's first line, open from the start: of an error, or if the address asks for it."""
    first = findings.cases[0] if findings.cases else None
    if first is None or first.line is None or not first.lines:
        return None
    if not (first.issue and first.issue.is_error) and "fix" not in request.GET:
        return None
    offset = first.issue.offset if first.issue else None
    return editing.editor(findings.dataset, editing.original(findings.dataset, first.line, offset))


def _progress(request: TeamRequest, found: Dataset) -> dict[str, object]:
    """How far the check is, and which line was asked for, so that the page opens there when it is done."""
    asked = {name: request.GET[name] for name in ASKED if name in request.GET}
    return {
        "asked": urlencode(asked),
        "percent": found.checked_bytes * 100 // max(1, found.size),
        "has_given_up": CHECKS.is_given_up(found),
    }
