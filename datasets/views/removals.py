"""Deleting a dataset, after a page that asks."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from datasets import queries, removing
from teams.access import TeamRequest, team_view
from teams.models import Role


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_delete(request: TeamRequest, pk: int) -> HttpResponse:
    found = queries.get_or_404(request.team, pk)
    context = {"section": "datasets", "dataset": found, "users": removing.users(found)}
    if request.method != "POST":
        return render(request, "datasets/dataset_delete.html", context)
    try:
        removing.remove(found, actor=request.user)
    except ProtectedError as error:
        context["users"] = len(error.protected_objects)
        return render(request, "datasets/dataset_delete.html", context, status=HTTPStatus.CONFLICT)
    messages.success(request, _("%(file)s was deleted.") % {"file": found})
    return redirect("datasets", request.team.slug)
