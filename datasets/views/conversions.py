"""Converting a file of another shape: what is needed for it, and what came of it."""

from __future__ import annotations

from http import HTTPStatus
from itertools import islice

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from datasets import converting, queries, storing
from datasets.columns import ColumnsForm
from datasets.conversions import words
from datasets.conversions.kinds import Kind
from datasets.conversions.tables import Dialect, dialect, rows
from datasets.conversions.tally import Tally, Unreadable
from datasets.models import Conversion, Dataset
from teams.access import TeamRequest, team_view
from teams.models import Role

PREVIEW_ROWS = 6


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_convert(request: TeamRequest, pk: int) -> HttpResponse:
    """Of a spreadsheet, which columns are which; of a file of conversations, what will become of it."""
    found = queries.get_or_404(request.team, pk)
    kind = converting.kind(found)
    if kind is None:
        raise Http404
    name = converting.result_name(found)
    former = queries.latest(request.team, name)
    context = {"section": "datasets", "dataset": found, "kind": kind, "name": name, "former": former}
    if kind.is_table:
        return _table(request, found, kind, context)
    if request.method == "POST":
        return _show(request, converting.ask(found, request.user, kind))
    return render(request, "datasets/dataset_convert.html", context)


@team_view()
@require_safe
def dataset_conversion(request: TeamRequest, pk: int) -> HttpResponse:
    """What was kept, dropped and changed. The page asks again while it waits: nothing new is a 204."""
    found = queries.conversion_or_404(request.team, pk)
    if request.htmx and found.state == Conversion.State.WAITING:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    tally = msgspec.convert(found.tally, Tally)
    context = {
        "section": "datasets",
        "conversion": found,
        "dataset": found.source,
        "kept": tally.kept,
        "dropped_count": tally.dropped_count,
        "dropped": words.rows(tally.dropped, words.DROPPED),
        "changed": words.rows(tally.changed, words.CHANGED),
        "trouble": words.TROUBLES.get(found.trouble, found.trouble),
    }
    return render(request, "datasets/conversion.html", context)


def _table(request: TeamRequest, found: Dataset, kind: Kind, context: dict[str, object]) -> HttpResponse:
    try:
        first, how = _first_rows(found, kind)
    except Unreadable as unreadable:
        context["trouble"] = words.TROUBLES[unreadable.reason]
        return render(request, "datasets/dataset_convert.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    form = ColumnsForm(request.POST if request.method == "POST" else None, first=first)
    if request.method == "POST" and form.is_valid():
        return _show(request, converting.ask(found, request.user, kind, form.columns()))
    context |= {"form": form, "rows": first, "how": how}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "datasets/dataset_convert.html", context, status=status)


def _first_rows(found: Dataset, kind: Kind) -> tuple[list[list[str]], Dialect | None]:
    """The first rows, all of one width, and how they were read."""
    with storing.open_file(found.path) as file:
        how = dialect(file) if kind == Kind.CSV else None
        first = [row for _number, row in islice(rows(file), PREVIEW_ROWS)]
    width = max(map(len, first), default=0)
    return [row + [""] * (width - len(row)) for row in first], how


def _show(request: TeamRequest, conversion: Conversion) -> HttpResponse:
    return redirect("dataset_conversion", request.team.slug, conversion.pk)
