"""Sending a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from datasets import adding, converting, names, queries, samples
from datasets.forms import DISK_FULL, PASTE_BYTES, TOO_MANY, PasteForm, UploadForm
from datasets.handlers import IncomingFile, IncomingHandler
from datasets.models import Dataset
from datasets.storing import FileTooLarge, Incoming, StorageFull
from teams.access import TeamRequest, team_view
from teams.models import Role, Team

PASTED = "pasted.jsonl"
SLICE = 4 * 1024 * 1024  # bytes that the page's script sends at once


def into_the_storage(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Have the file of a form written where it will stay. Django settles that before the first look at a form, which
    its CSRF check takes: so the check is put off to behind this."""

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [IncomingHandler(request)]
        return csrf_protect(view)(request, *args, **kwargs)

    return wrapper


@into_the_storage
@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_new(request: TeamRequest) -> HttpResponseBase:
    """The upload form. Its script asks for JSON; without the script the same form is answered with pages.

    `of` is the dataset that the file is a new version of, whatever the file is called.
    """
    if request.method != "POST":
        return _page(request, UploadForm())
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _refused(request, form)
    try:
        return _add(request, form.cleaned_data["file"])
    except StorageFull:
        form.add_disk_full()
        return _refused(request, form)


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "POST"])
def dataset_paste(request: TeamRequest) -> HttpResponseBase:
    """A field for lines from the clipboard; they become a file as any other."""
    form = PasteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            incoming = Incoming()
            incoming.write(form.cleaned_data["text"])
            return _keep(request, form.cleaned_data["name"] or PASTED, incoming)
        except (StorageFull, FileTooLarge):
            form.add_error("text", DISK_FULL)
    context = {"section": "datasets", "form": form, "base": _base(request), "limit": PASTE_BYTES, "name": PASTED}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, "datasets/dataset_paste.html", context, status=status)


@team_view(Role.MEMBER)
@require_safe
def dataset_next(request: TeamRequest) -> HttpResponse:
    """Which version a file called `name` will be: a fragment of the upload form."""
    name = names.clean(request.GET.get("name", ""))
    return render(request, "datasets/_next.html", {"name": name, "former": queries.latest(request.team, name)})


def _add(request: TeamRequest, file: IncomingFile) -> HttpResponseBase:
    return _keep(request, file.name or "", file.take())


def _keep(request: TeamRequest, name: str, incoming: Incoming) -> HttpResponseBase:
    base = _base(request)
    name = base.name if base else names.clean(name)
    dataset, is_new = adding.add(team=request.team, uploaded_by=request.user, name=name, incoming=incoming)
    if not is_new:
        messages.warning(request, _("You already have this file: %(file)s. Nothing was added.") % {"file": dataset})
    return _go(request, next_page(request.team, dataset))


def next_page(team: Team, dataset: Dataset) -> str:
    """Where one goes who has just sent this file: its page, or where the columns of a spreadsheet are chosen."""
    kind = converting.kind(dataset)
    return reverse("dataset_convert" if kind and kind.is_table else "dataset", args=[team.slug, dataset.pk])


def _base(request: TeamRequest) -> Dataset | None:
    pk = request.POST.get("of") or request.GET.get("of") or ""
    return queries.get_or_404(request.team, int(pk)) if pk.isdecimal() and len(pk) < 19 else None


def _page(request: TeamRequest, form: UploadForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    base = _base(request)
    context = {
        "section": "datasets",
        "form": form,
        "base": base,
        "former": queries.latest(request.team, base.name) if base else None,
        "limit": settings.PORTAL_MAX_FILE_BYTES,
        "most": settings.PORTAL_MAX_UPLOADS,
        "too_many": TOO_MANY % {"limit": settings.PORTAL_MAX_UPLOADS},
        "slice": SLICE,
        "samples": samples.ALL,
    }
    return render(request, "datasets/dataset_new.html", context, status=status)


def _refused(request: TeamRequest, form: UploadForm) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"errors": form.errors["file"]}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)


def _go(request: TeamRequest, address: str) -> HttpResponse:
    return JsonResponse({"location": address}) if _wants_json(request) else HttpResponseRedirect(address)


def _wants_json(request: TeamRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
