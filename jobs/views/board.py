"""The board, its fragment that is swapped when something is new, and smaller pieces of it for other pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from jobs import queries
from jobs.board import known_for, read_board
from jobs.models import Job
from jobs.numbers import number
from jobs.queueing import NOTE_LENGTH, can_be_put_back
from jobs.rows import row_of
from teams.access import TeamRequest, team_view


@team_view()
@require_safe
@vary_on_headers("HX-Request")
def board(request: TeamRequest) -> HttpResponse:
    """The page; asked by htmx with the cursor that it was rendered at: 204, or the fragment as it now is."""
    seen = number(request.GET.get("cursor")) if request.htmx else None
    if seen is not None and seen == request.team.cursor:
        return HttpResponse(status=204)
    context = board_context(request, newer_than=seen, page=request.GET.get("page", "1"))
    return render(request, "jobs/board.html" if seen is None else "jobs/_board_swap.html", context)


def board_context(request: TeamRequest, *, newer_than: int | None, page: str) -> dict[str, Any]:
    """The board for its templates. `asking` in the address is the job whose row asks something, `note` what
    was typed there so far."""
    shown = read_board(request.team, newer_than=newer_than, page=page, asking=number(request.GET.get("asking")))
    again = {"cursor": shown.cursor, **({"page": page} if page != "1" else {})}
    note = request.GET.get("note", "")[:NOTE_LENGTH]
    context = {"board": shown, "racks": shown.racks, "again": urlencode(again), "note": note, "section": "board"}
    return context | {"offer": offer_of(request)}


def offer_of(request: TeamRequest) -> Job | None:
    """The job that was canceled by a plain form just now (`canceled` in the address) and can be put back."""
    canceled = number(request.GET.get("canceled"))
    job = queries.jobs_of(request.team).filter(pk=canceled).first() if canceled is not None else None
    return job if job is not None and can_be_put_back(job) else None


@team_view()
@require_safe
def job_row(request: TeamRequest, job_id: int) -> HttpResponse:
    """A row as it is: what the question whether to free a slot goes back to."""
    return render_row(request, queries.job_or_404(request.team, job_id))


def render_row(
    request: TeamRequest, job: Job, *, asks: bool = False, toast: str = "", offer: Job | None = None
) -> HttpResponse:
    """`asks` shows the row's question; a `toast` is shown beside the board, with the `offer` to put a job back."""
    row = row_of(job, known_for(request.team, [job]), place=queries.place_of(job), asks=asks)
    return render(request, "jobs/_row_swap.html", {"row": row, "toast": toast, "offer": offer, "takes_focus": asks})
