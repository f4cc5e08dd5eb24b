"""What jobs say on a dataset's page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from datasets.insight import Insight
from datasets.models import Dataset
from jobs import queries
from jobs.board import known_for
from jobs.costs import shown_costs
from jobs.rows import row_of

register = template.Library()

LISTED = 10  # jobs; the board has the rest


@register.inclusion_tag("jobs/_costs.html", takes_context=True)
def costs_of(context: Context, insight: Insight) -> dict[str, Any]:
    return {"request": context["request"]} | shown_costs(insight)


@register.inclusion_tag("jobs/_of_dataset.html", takes_context=True)
def jobs_of(context: Context, dataset: Dataset) -> dict[str, Any]:
    jobs = list(queries.jobs_with_dataset(dataset)[:LISTED])
    known = known_for(dataset.team, jobs)
    rows = [row_of(job, known) for job in jobs]
    return {"request": context["request"], "dataset": dataset, "rows": rows}
