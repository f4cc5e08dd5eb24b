"""What can be done to a job with a click: cancel it, free its slot, run it again.

Each works as a plain form and, asked by htmx, answers with the row (or the job's page) as it now is. A click that came
too late is no error: it says what the job really is.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from jobs import bell, queries, wishes
from jobs.models import Job
from jobs.queueing import can_be_put_back
from jobs.rows import spent_words
from jobs.states import State
from jobs.views.answers import answer, answer_with_offer, board_at, origin
from jobs.views.board import render_row
from jobs.wording import clock, isolate
from teams import audit
from teams.access import TeamRequest, team_view
from teams.models import Role


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: TeamRequest, job_id: int) -> HttpResponse:
    """GET asks whether to, and says what the job has cost (in the row with htmx, else on a page); POST does it. It
    names the state that the person saw (`seen`): if the job has moved on, the answer says so."""
    job = queries.job_or_404(request.team, job_id)
    if request.method != "POST":
        if request.htmx:
            late = _canceled(job, request, done=False, was=job.state) if job.is_final or job.is_canceling else ""
            return render_row(request, job, asks=not late, toast=late)
        context = {"job": job, "spent": spent_words(job), "back": origin(request, job_id), "section": "board"}
        return render(request, "jobs/cancel.html", context)
    was = job.state
    done = wishes.request_cancel(job, request.user)
    job = queries.job_or_404(request.team, job_id)
    said = _canceled(job, request, done=done, was=was)
    if done and can_be_put_back(job):
        return answer_with_offer(request, job, said)
    return answer(request, job.pk, said)


@team_view(Role.ADMIN)
@require_POST
def retry(request: TeamRequest, account_id: int) -> HttpResponse:
    """An admin says that what stopped an account is mended: creates are tried again."""
    account = get_object_or_404(request.team.accounts, pk=account_id)
    bell.account_changed(account)
    audit.record(request.team, request.user, "account_retried", account.name)
    messages.success(request, _("%(account)s is asked again.") % {"account": isolate(account.name)})
    return redirect("board", request.team.slug)


def _canceled(job: Job, request: TeamRequest, *, done: bool, was: str) -> str:
    """What to tell the person beyond what the row shows; empty when it shows all."""
    what = {"name": isolate(job.name), "state": State(job.state).label, "time": clock(job.ended_at)}
    if not done and job.is_final:
        return _("%(name)s had ended before: %(state)s at %(time)s. There was nothing to cancel.") % what
    if not done:
        return _("%(name)s is being canceled already.") % what
    seen = request.POST.get("seen", "")
    if seen in State.values and seen != was:
        what["was"] = State(was).label
        return _("%(name)s had moved on: it was %(was)s when you canceled it.") % what
    if request.htmx:
        return ""
    return _("%(name)s is canceled.") % what if job.is_final else _("%(name)s is being canceled.") % what


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def free(request: TeamRequest, job_id: int) -> HttpResponse:
    """GET asks whether to (in the row itself with htmx, else on a page), POST does it."""
    job = queries.job_or_404(request.team, job_id)
    if request.method == "POST":
        name = {"name": isolate(job.name)}
        done = wishes.request_free(job, request.user)
        said = _("The slot of %(name)s is being freed.") if done else _("%(name)s holds no slot.")
        return answer(request, job.pk, said % name if not (done and request.htmx) else "")
    if request.htmx:
        return render_row(request, job, asks=True)
    return render(request, "jobs/free.html", {"job": job, "section": "board", "back": origin(request, job.pk)})


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def rerun(request: TeamRequest, job_id: int) -> HttpResponse:
    """POST queues the job again, with `defaults=1` without its hyper-parameters; GET opens the form to change them."""
    job = queries.job_or_404(request.team, job_id)
    if request.method != "POST":
        return redirect(f"{reverse('new_job', args=[request.team.slug])}?from={job.pk}")
    with_defaults = request.POST.get("defaults") == "1"
    settings = {} if with_defaults else job.hyper_parameters
    twin = queries.just_queued(request.team, request.user, run_of=job, hyper_parameters=settings)
    again = twin or wishes.run_again(job, request.user, with_defaults=with_defaults)
    messages.success(request, _("%(name)s is in the queue again.") % {"name": isolate(again.name)})
    target = board_at(request, again.pk)
    return HttpResponseClientRedirect(target) if request.htmx else HttpResponseRedirect(target)
