"""A job's own page, the piece of it that is swapped when something is new, and its log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from jobs import queries
from jobs.board import known_for
from jobs.failures import failure_advice, support_text
from jobs.models import Job, LogLine
from jobs.numbers import number
from jobs.rows import row_of
from jobs.settings_table import settings_of
from jobs.states import State
from jobs.timeline import timeline
from jobs.views.board import offer_of
from teams.access import TeamRequest, team_view

LINES_A_PAGE = 200
# The timeline shows the newest; a job that waits for weeks can have thousands.
EVENTS_SHOWN = 100


@team_view()
@require_safe
@vary_on_headers("HX-Request")
def job(request: TeamRequest, job_id: int) -> HttpResponse:
    """The page; asked by htmx with the cursor that it was rendered at: 204, or its changing part as it now is."""
    shown = queries.job_or_404(request.team, job_id)
    seen = number(request.GET.get("cursor")) if request.htmx else None
    if seen is not None:
        return HttpResponse(status=204) if seen == shown.cursor else render_swap(request, shown)
    first = number(request.GET.get("from"))
    context = {**_context(request, shown), "log": read_log(shown, first), "offer": offer_of(request)}
    return render(request, "jobs/job.html", context)


def render_swap(request: TeamRequest, shown: Job, *, toast: str = "", offer: Job | None = None) -> HttpResponse:
    return render(request, "jobs/_job_swap.html", {**_context(request, shown), "toast": toast, "offer": offer})


def _context(request: TeamRequest, shown: Job) -> dict[str, Any]:
    failed, queued = shown.state == State.FAILED, shown.state == State.QUEUED
    return {
        "job": shown,
        "row": row_of(shown, known_for(request.team, [shown]), place=queries.place_of(shown)),
        "cursor": str(shown.cursor),
        "advice": failure_advice(shown) if failed else None,
        "support": support_text(shown) if failed else "",
        "settings": settings_of(shown),
        "holders": queries.holders(request.team, shown) if queued else [],
        "timeline": timeline(queries.events_of(shown)[:EVENTS_SHOWN]),
        "section": "board",
    }


@dataclass(frozen=True)
class LogPage:
    """Lines `first` to `last` of `total`, with the numbers at which the pages before and after it start (as text,
    empty if there is none); `follows`: it is the end of a log that can still grow."""

    lines: list[LogLine]
    total: int
    earlier: str
    later: str
    after: str
    follows: bool


def read_log(shown: Job, first: int | None) -> LogPage:
    """A page of the log from line `first` on, else its end."""
    end = max(1, shown.log_total - LINES_A_PAGE + 1)
    start = end if first is None else max(1, min(first, end))
    lines = list(shown.log_lines.filter(number__gte=start)[:LINES_A_PAGE])
    last = lines[-1].number if lines else start - 1
    return LogPage(
        lines=lines,
        total=shown.log_total,
        earlier=str(max(1, start - LINES_A_PAGE)) if start > 1 else "",
        later=str(last + 1) if last < shown.log_total else "",
        after=str(last),
        follows=last >= shown.log_total and not shown.log_complete,
    )


@team_view()
@require_safe
def log_tail(request: TeamRequest, job_id: int) -> HttpResponse:
    """The lines after number `after`, and what asks for the next ones; 204 if there are none yet."""
    shown = queries.job_or_404(request.team, job_id)
    after = number(request.GET.get("after")) or 0
    lines = list(shown.log_lines.filter(number__gt=after)[:LINES_A_PAGE])
    if not lines and not shown.log_complete:
        return HttpResponse(status=204)
    follows = len(lines) == LINES_A_PAGE or not shown.log_complete
    last = str(lines[-1].number if lines else after)
    return render(request, "jobs/_log_tail.html", {"job": shown, "lines": lines, "follows": follows, "after": last})


@team_view()
@require_safe
def log_file(request: TeamRequest, job_id: int) -> StreamingHttpResponse:
    """The whole log as text."""
    shown = queries.job_or_404(request.team, job_id)
    return StreamingHttpResponse(
        _log_text(shown),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="job-{shown.pk}.log"'},
    )


def _log_text(shown: Job) -> Iterator[str]:
    for text in shown.log_lines.values_list("text", flat=True).iterator(chunk_size=1000):
        yield f"{text}\n"
