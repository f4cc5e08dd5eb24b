"""What can be done to the queue with a click: move a job in it, hold it, release it, put it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from finetune_portal.phrases import sentences
from jobs import queries, queueing
from jobs.models import Job
from jobs.order import Where
from jobs.queueing import NOTE_LENGTH, Moved
from jobs.states import State
from jobs.views.answers import answer_with_board, board_at, origin
from jobs.views.board import render_row
from jobs.wording import isolate, listed
from teams.access import TeamRequest, team_view
from teams.models import Role


@team_view(Role.MEMBER)
@require_POST
def move(request: TeamRequest, job_id: int) -> HttpResponse:
    """Move the job to where `to` says."""
    job = queries.job_or_404(request.team, job_id)
    to = request.POST.get("to", "")
    if to not in list(Where):
        return HttpResponseBadRequest()
    moved = queueing.move(job, request.user, Where(to))
    return answer_with_board(request, job_id, _moved(job, moved) if moved else _waits_no_longer(request, job_id))


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: TeamRequest, job_id: int) -> HttpResponse:
    """GET asks why (in the row itself with htmx, else on a page), POST holds the job with that `note`."""
    job = queries.job_or_404(request.team, job_id)
    if request.method == "POST":
        note = " ".join(request.POST.get("note", "").split())[:NOTE_LENGTH]
        done = queueing.hold(job, request.user, note)
        said = _("%(name)s is on hold.") % {"name": isolate(job.name)}
        return answer_with_board(request, job_id, said if done else _not_held(request, job_id))
    if request.htmx:
        return render_row(request, job, asks=True)
    place = queries.place_of(job)
    context = {"job": job, "place": place, "back": origin(request, job_id), "section": "board"}
    return render(request, "jobs/hold.html", context)


@team_view(Role.MEMBER)
@require_POST
def release(request: TeamRequest, job_id: int) -> HttpResponse:
    job = queries.job_or_404(request.team, job_id)
    name = {"name": isolate(job.name)}
    done = queueing.release(job, request.user)
    return answer_with_board(
        request, job_id, _("%(name)s waits again.") % name if done else _("%(name)s is not on hold.") % name
    )


@team_view(Role.MEMBER)
@require_POST
def put_back(request: TeamRequest, job_id: int) -> HttpResponse:
    """Queue a job again that was canceled a moment ago, in its place; too late for that, offer to run it again."""
    job = queries.job_or_404(request.team, job_id)
    again = queueing.put_back(job, request.user)
    name = {"name": isolate(job.name)}
    if not request.htmx:
        if again is None:
            return render(request, "jobs/too_late.html", {"job": job, "section": "board"})
        messages.success(request, _("%(name)s is back in its place.") % name)
        return HttpResponseRedirect(board_at(request, again.pk))
    if again is None:
        said = _("It is too late to put %(name)s back: its place is kept for ten seconds.") % name
        return render(request, "jobs/_toast.html", {"toast": said, "to_run_again": job})
    said = _("%(name)s is back in its place.") % name
    answer = render(request, "jobs/_toast.html", {"toast": said, "to_open": again})
    return trigger_client_event(answer, "look", {"target": "[data-look]"})


def _not_held(request: TeamRequest, job_id: int) -> str:
    job = queries.job_or_404(request.team, job_id)
    if job.is_held:
        return _("%(name)s is on hold already.") % {"name": isolate(job.name)}
    return _waits_no_longer(request, job_id)


def _moved(job: Job, moved: Moved) -> str:
    """Where it was and is, and whom that delays."""
    what = {"name": isolate(job.name), "now": moved.now, "was": moved.was}
    if moved.now == moved.was:
        return _("%(name)s is #%(now)s already.") % what
    names = queries.names_of(job.team, moved.passed)
    others = {"names": listed(names[pk] for pk in moved.passed)}
    said = _("%(name)s: now #%(now)s, was #%(was)s.") % what
    return sentences(said, _("It delays %(names)s.") % others if moved.went_up else _("Before it: %(names)s.") % others)


def _waits_no_longer(request: TeamRequest, job_id: int) -> str:
    job = queries.job_or_404(request.team, job_id)
    return _("%(name)s waits no longer: %(state)s.") % {"name": isolate(job.name), "state": State(job.state).label}
