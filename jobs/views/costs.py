"""What a dataset's page says of tokens and prices, asked again while the tokens are being counted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from datasets.insight import insight_of
from datasets.models import Dataset
from jobs.costs import shown_costs
from teams.access import TeamRequest, team_view


@team_view()
@require_safe
def dataset_costs(request: TeamRequest, dataset_id: int) -> HttpResponse:
    """A fragment; `seen` is the percent that it shows: nothing new is a 204."""
    insight = insight_of(get_object_or_404(Dataset, team=request.team, pk=dataset_id))
    if insight.waits and insight.reading and request.GET.get("seen") == str(insight.reading.percent):
        return HttpResponse(status=204)
    return render(request, "jobs/_costs.html", shown_costs(insight))
