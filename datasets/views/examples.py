"""The examples of a dataset as people read them."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from datasets import browsing, queries
from datasets.browsing import PAGE, Found, Wish
from datasets.forms import ExamplesForm
from datasets.models import Dataset, Reading
from teams.access import TeamRequest, team_view


@team_view()
@require_safe
def dataset_examples(request: TeamRequest, pk: int) -> HttpResponse:
    """A page from `line` on; with `q` those that say it; `random`, a seed; `longest`; `raw` shows their lines."""
    found = queries.get_or_404(request.team, pk)
    if found.state == Dataset.State.CHECKING:
        return HttpResponseRedirect(reverse("dataset", args=[request.team.slug, pk]))
    wish = ExamplesForm(request.GET).wish()
    try:
        result = browsing.find(found, wish)
        shown = browsing.show(found, result.places, wish)
    except FileNotFoundError:
        raise Http404 from None
    reading = Reading.objects.filter(pk=pk).first()
    context = {"section": "datasets", "dataset": found, "wish": wish, "found": result, "examples": shown}
    context |= {"reading": reading, "is_counted": reading is not None and reading.counted_at is not None}
    return render(request, "datasets/examples.html", context | _links(found, wish, result))


def _links(dataset: Dataset, wish: Wish, found: Found) -> dict[str, str]:
    """Queries of the links around; empty where there is nothing to go to."""
    is_page = not (wish.search or wish.longest) and wish.seed is None
    kept: dict[str, Any] = {"q": wish.search} if wish.search else {}
    raw = {"raw": 1} if wish.raw else {}
    first = found.places[0].line if found.places else 1
    return {
        "next_query": urlencode(kept | {"line": found.next} | raw) if found.next else "",
        "previous_query": urlencode({"line": max(1, first - PAGE)} | raw) if is_page and first > 1 else "",
        "random_query": random_query(raw),
        "other_query": urlencode(_asked(wish) | ({} if wish.raw else {"raw": 1})),
    }


def random_query(more: dict[str, Any] | None = None) -> str:
    """A link to other random examples each time, with its seed in it, so that it can be shared."""
    return urlencode({"random": secrets.randbelow(1_000_000)} | (more or {}))


def _asked(wish: Wish) -> dict[str, Any]:
    if wish.search:
        return {"q": wish.search, "line": wish.line}
    if wish.seed is not None:
        return {"random": wish.seed}
    return {"longest": 1} if wish.longest else {"line": wish.line}
