"""Safe fixes: what they would change, making the next version by them, and how far a worker is with it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from datasets import queries, revising, storing
from datasets.claims import FIXINGS
from datasets.fixes import applying, catalog
from datasets.fixes.applying import ChangesNothing
from datasets.fixes.pipeline import Outcome
from datasets.models import Dataset, Fixing
from datasets.storing import FileTooLarge, StorageFull
from datasets.views.files import Download
from teams.access import TeamRequest, team_view
from teams.models import Role


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_fixes(request: TeamRequest, pk: int) -> HttpResponseBase:
    """What the chosen fixes would change: a page, for htmx the part of it that tells."""
    found = _checked(request, pk)
    is_chosen = request.method == "POST"
    chosen = catalog.known(request.POST.getlist("fix")) if is_chosen else None
    context = of_dataset(found, chosen) | {"section": "datasets", "newest": revising.newest(found)}
    if chosen and not applying.is_small(found):
        asked = queries.preview_of(found, chosen)
        if asked is None and not request.POST.get("later"):
            asked = applying.ask(found, chosen, actor=request.user, is_preview=True)
        if asked is not None:
            return _progress(request, asked)
    elif chosen:
        try:
            context["outcome"] = applying.preview(found, chosen)
        except FileNotFoundError:
            raise Http404 from None
    return render(request, "datasets/_changes.html" if request.htmx else "datasets/fixes.html", context)


@team_view(Role.MEMBER)
@require_POST
def dataset_fix(request: TeamRequest, pk: int) -> HttpResponseBase:
    """Apply the chosen fixes, at once or by a worker."""
    found = _checked(request, pk)
    chosen = catalog.known(request.POST.getlist("fix"))
    if not chosen:
        return _refuse(request, found, _("Choose a fix first."), HTTPStatus.UNPROCESSABLE_ENTITY)
    if not applying.is_small(found):
        fixing = applying.ask(found, chosen, actor=request.user, is_preview=False)
        return redirect("dataset_fixing", request.team.slug, fixing.pk)
    try:
        made = applying.apply(found, chosen, actor=request.user)
    except ChangesNothing:
        return _refuse(request, found, str(Fixing.Trouble.NOTHING.label))
    except revising.NotNewest as late:
        messages.warning(request, str(Fixing.Trouble.LATE.label))
        return redirect("dataset", request.team.slug, late.newest.pk)
    except FileTooLarge:
        return _refuse(request, found, str(Fixing.Trouble.LARGE.label))
    except StorageFull:
        return _refuse(request, found, str(Fixing.Trouble.FULL.label))
    except FileNotFoundError:
        raise Http404 from None
    return redirect("dataset", request.team.slug, made.pk)


@team_view(Role.MEMBER)
@require_safe
def dataset_fixing(request: TeamRequest, fixing: int) -> HttpResponseBase:
    """How far a worker is with fixes; the new version once it is there."""
    return _progress(request, queries.fixing_or_404(request.team, fixing))


@team_view()
@require_safe
def dataset_aside(request: TeamRequest, pk: int) -> HttpResponseBase:
    """The bad lines that were dropped when this version was made."""
    found = queries.get_or_404(request.team, pk)
    try:
        file = storing.open_file(found.made_by["aside"])
    except (KeyError, FileNotFoundError):
        raise Http404 from None
    return Download(file, filename=f"dropped.v{found.version}.{found.name}")


def of_dataset(found: Dataset, chosen: list[str] | None = None) -> dict[str, Any]:
    """What the panel of fixes shows."""
    offers = catalog.offers(found, chosen)
    return {
        "dataset": found,
        "offers": offers,
        "chosen": [offer.key for offer in offers if offer.is_chosen],
        "is_small": applying.is_small(found),
    }


def _progress(request: TeamRequest, fixing: Fixing) -> HttpResponseBase:
    if fixing.result is not None:
        address = reverse("dataset", args=[request.team.slug, fixing.result.pk])
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    is_done = fixing.finished_at is not None
    dataset = queries.get_or_404(request.team, fixing.dataset_id)
    context = of_dataset(dataset, fixing.fixes) | {
        "section": "datasets",
        "newest": revising.newest(dataset),
        "fixing": fixing,
        "percent": fixing.done_bytes * 100 // max(1, dataset.size),
        "has_given_up": FIXINGS.is_given_up(fixing),
        "outcome": msgspec.convert(fixing.outcome, Outcome) if is_done and fixing.is_preview else None,
    }
    if not request.htmx:
        return render(request, "datasets/fixes.html", context)
    if is_done and not fixing.trouble:
        return render(request, "datasets/_changes.html", context)
    if request.GET.get("seen") == str(fixing.done_bytes) and not is_done and not context["has_given_up"]:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "datasets/_fixing.html", context)


def _checked(request: TeamRequest, pk: int) -> Dataset:
    found = queries.get_or_404(request.team, pk)
    if found.state == Dataset.State.CHECKING:
        raise Http404
    return found


def _refuse(request: TeamRequest, found: Dataset, trouble: str, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    context = of_dataset(found) | {"section": "datasets", "newest": revising.newest(found), "trouble": trouble}
    return render(request, "datasets/fixes.html", context, status=status)
