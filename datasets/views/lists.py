"""The list of a team's datasets."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from datasets import queries, samples
from teams.access import TeamRequest, team_view

PAGE = 50


@team_view()
@require_safe
def datasets(request: TeamRequest) -> HttpResponse:
    """The newest version of each, fifty a page; `q` searches the names, `archived` shows those that are put away."""
    is_archive = request.GET.get("archived") == "1"
    search = request.GET.get("q", "").replace("\0", "").strip()[:120]
    found = queries.newest_versions(request.team, search, archived=is_archive)
    context = {
        "section": "datasets",
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "search": search,
        "samples": samples.ALL,
        "is_archive": is_archive,
        "archived_count": queries.newest_versions(request.team, archived=True).count(),
    }
    return render(request, "datasets/datasets.html", context)
