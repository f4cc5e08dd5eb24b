"""Dismissing a warning with a reason, and taking that back."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from datasets import dismissals, queries
from datasets.codes import WARNINGS
from datasets.forms import DismissalForm
from teams.access import TeamRequest, team_view
from teams.models import Role


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_dismiss(request: TeamRequest, pk: int, code: str) -> HttpResponse:
    """The page that asks for the reason."""
    found = queries.get_or_404(request.team, pk)
    if code not in WARNINGS:
        raise Http404
    form = DismissalForm(request.POST) if request.method == "POST" else DismissalForm()
    if form.is_valid():
        dismissals.dismiss(found, code, form.cleaned_data["reason"], actor=request.user)
        return _back(request, pk)
    context = {"section": "datasets", "dataset": found, "code": code, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "datasets/dataset_dismiss.html", context, status=status)


@team_view(Role.MEMBER)
@require_POST
def dataset_undismiss(request: TeamRequest, pk: int, code: str) -> HttpResponse:
    dismissals.take_back(queries.get_or_404(request.team, pk), code, actor=request.user)
    return _back(request, pk)


def _back(request: TeamRequest, pk: int) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('dataset', args=[request.team.slug, pk])}#warnings")
