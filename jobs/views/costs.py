"""What a dataset's page says of tokens and prices."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from datasets.dismissals import dismissals_of
from datasets.models import Dataset, Reading
from jobs.costs import costs_of
from teams.access import TeamRequest, team_view

LONGEST = 5  # examples that are named


@team_view()
@require_safe
def dataset_costs(request: TeamRequest, dataset_id: int) -> HttpResponse:
    """A fragment; while the tokens are being counted, `seen` is the percent that it shows: nothing new is a 204."""
    dataset = get_object_or_404(Dataset, team=request.team, pk=dataset_id)
    reading = Reading.objects.select_related("dataset").filter(pk=dataset_id).first()
    context: dict[str, Any] = {"dataset": dataset, "reading": reading}
    if reading is not None and reading.counted_at is None:
        if request.GET.get("seen") == str(reading.percent):
            return HttpResponse(status=204)
    elif reading is not None:
        dismissal = dismissals_of(dataset).get("too_long")
        context |= {"costs": costs_of(reading), "dismissal": dismissal, "longest": reading.longest[:LONGEST]}
    return render(request, "jobs/_costs.html", context)
