"""The form for a new job, and the piece of it that depends on the chosen base model."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from finetune_portal.outdated import shown_again
from jobs import queries, wishes
from jobs.estimate import estimate_of
from jobs.forms import JobForm
from jobs.models import BaseModel, Job
from jobs.numbers import number
from jobs.outlook import outlooks_of
from jobs.wording import isolate
from teams.access import TeamRequest, team_view
from teams.models import Role


@shown_again
@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def new_job(request: TeamRequest, *, outdated: bool = False) -> HttpResponse:
    """GET fills the form from the address: `from` an earlier job, or any field. POST queues the job, or, with `show`
    pressed (without JavaScript), only shows the settings of the chosen model. Sent from an `outdated` page, the form
    is only shown, with what was typed."""
    if outdated:
        return _page(request, _unjudged(request), status=HTTPStatus.FORBIDDEN, outdated=True)
    if request.method == "POST" and "show" not in request.POST:
        form = JobForm(request.team, request.POST)
        return (
            _queue(request, form) if form.is_valid() else _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        )
    form = _unjudged(request)
    if request.htmx:
        return render(request, "jobs/_settings.html", {"form": form})
    return _page(request, form)


@team_view(Role.MEMBER)
@require_safe
def job_estimate(request: TeamRequest) -> HttpResponse:
    """Tokens and cost of the job as the form has it by now: a fragment of the form's page."""
    return render(request, "jobs/_estimate.html", {"estimate": estimate_of(_unjudged(request))})


def _unjudged(request: TeamRequest) -> JobForm:
    """The form as it was filled in so far, or as an earlier job was, without any error."""
    earlier = number(request.GET.get("from"))
    if request.method != "POST" and earlier is not None:
        return JobForm.like(request.team, queries.job_or_404(request.team, earlier))
    typed = request.POST if request.method == "POST" else request.GET
    initial: dict[str, Any] = dict(typed.items())
    initial.setdefault("base_model", BaseModel.objects.filter(is_active=True).values_list("name", flat=True).first())
    return JobForm(request.team, initial=initial)


def _page(request: TeamRequest, form: JobForm, *, status: int = HTTPStatus.OK, outdated: bool = False) -> HttpResponse:
    outlooks = outlooks_of(request.team, request.user)
    context = {"form": form, "outlooks": outlooks, "racks": [o.rack for o in outlooks], "section": "board"}
    context |= {"estimate": estimate_of(form), "outdated": outdated}
    context["earlier"] = number(request.GET.get("from") or request.POST.get("run_of"))
    return render(request, "jobs/new_job.html", context, status=status)


def _queue(request: TeamRequest, form: JobForm) -> HttpResponse:
    given = form.cleaned_data
    wanted = {
        "account": given["account"],
        "name": given["name"],
        "dataset": given["dataset"],
        "validation_dataset": given["validation_dataset"],
        "base_model": given["base_model"].name,
        "hyper_parameters": form.values,
        "reruns_left": given["reruns_left"],
    }
    job = queries.just_queued(request.team, request.user, **wanted)
    if job is None:
        job = wishes.queue_job(team=request.team, created_by=request.user, run_of=_run_of(request), **wanted)
    messages.success(request, _("%(name)s is in the queue.") % {"name": isolate(job.name)})
    return HttpResponseRedirect(f"{reverse('board', args=[request.team.slug])}#job-{job.pk}")


def _run_of(request: TeamRequest) -> Job | None:
    earlier = number(request.POST.get("run_of"))
    return queries.jobs_of(request.team).filter(pk=earlier).first() if earlier is not None else None
