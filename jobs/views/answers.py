"""How a click on a job is answered: with the row, the board or the job's page, or by leading back to it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jobs import queries
from jobs.models import Job
from jobs.views.board import board_context, render_row
from jobs.views.detail import render_swap
from jobs.wording import isolate
from teams.access import TeamRequest


def answer(request: TeamRequest, job_id: int, said: str) -> HttpResponse:
    """What was acted on, as it now is."""
    if not request.htmx:
        if said:
            messages.info(request, said)
        return HttpResponseRedirect(origin(request, job_id))
    job = queries.job_or_404(request.team, job_id)
    if from_job_page(request):
        return render_swap(request, job, toast=said)
    return render_row(request, job, toast=said)


def answer_with_offer(request: TeamRequest, job: Job, said: str) -> HttpResponse:
    """What was canceled, with the offer to put it back: in the toast, or above the page that a plain form leads to."""
    said = said or _("%(name)s is canceled.") % {"name": isolate(job.name)}
    if not request.htmx:
        address, _hash, fragment = origin(request, job.pk).partition("#")
        return HttpResponseRedirect(f"{address}?canceled={job.pk}{_hash}{fragment}")
    if from_job_page(request):
        return render_swap(request, job, toast=said, offer=job)
    return render_row(request, job, toast=said, offer=job)


def answer_with_board(request: TeamRequest, job_id: int, said: str) -> HttpResponse:
    """The same where other rows have changed too: the board as it now is, on the page of it that the person sees."""
    if not request.htmx or from_job_page(request):
        return answer(request, job_id, said)
    before = request.team.cursor
    request.team.refresh_from_db()
    page = parse_qs(urlsplit(request.htmx.current_url or "").query).get("page", ["1"])[0]
    context: dict[str, Any] = {**board_context(request, newer_than=before, page=page), "toast": said}
    return render(request, "jobs/_board_swap.html", context)


def from_job_page(request: TeamRequest) -> bool:
    return (request.POST.get("from") or request.GET.get("from")) == "job"


def origin(request: TeamRequest, job_id: int) -> str:
    """The page that the person came from: the job's own, else the board at its row."""
    if from_job_page(request):
        return reverse("job", args=[request.team.slug, job_id])
    return board_at(request, job_id)


def board_at(request: TeamRequest, job_id: int) -> str:
    return f"{reverse('board', args=[request.team.slug])}#job-{job_id}"
