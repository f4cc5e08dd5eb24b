"""Archiving a dataset, and bringing it back: each is the other's undo, in the same place."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from datasets import archiving, queries
from teams.access import TeamRequest, team_view
from teams.models import Role


@team_view(Role.MEMBER)
@require_POST
def dataset_archive(request: TeamRequest, pk: int) -> HttpResponse:
    archiving.archive(queries.get_or_404(request.team, pk), actor=request.user)
    return redirect("dataset", request.team.slug, pk)


@team_view(Role.MEMBER)
@require_POST
def dataset_unarchive(request: TeamRequest, pk: int) -> HttpResponse:
    found = queries.get_or_404(request.team, pk)
    archiving.bring_back(found.team, found.name, actor=request.user)
    return redirect("dataset", request.team.slug, pk)
