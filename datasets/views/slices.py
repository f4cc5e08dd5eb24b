"""Sending a file in slices: the tus 1.0 protocol (core, creation, termination), each slice an ordinary request with
session and CSRF header. Beside its headers an answer has `Portal-Errors`, the number of errors found so far, and after
the last slice `Portal-Location`, the page to go to."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from datasets import arriving, context, names, queries, slices, storing, uploads
from datasets.forms import DISK_FULL, TOO_MANY
from datasets.models import Upload
from datasets.storing import FileTooLarge, StorageFull
from datasets.views.uploads import next_page
from teams.access import TeamRequest, team_view
from teams.models import Role

VERSION = "1.0.0"
HEADERS = {"Tus-Resumable": VERSION, "Tus-Version": VERSION, "Cache-Control": "no-store"}
SLICE_TYPE = "application/offset+octet-stream"
SHOWN = 5  # errors beside a file that is on its way

Answer = Callable[..., HttpResponseBase]


class Refused(Exception):
    """The request is not taken: status and words for the one who reads along."""

    def __init__(self, status: HTTPStatus, words: str = "") -> None:
        super().__init__(words)
        self.status, self.words = status, words


def tus(view: Answer) -> Answer:
    """Say which protocol this is, refuse another version of it, and turn trouble into its status."""

    @wraps(view)
    def wrapper(request: TeamRequest, **kwargs: str) -> HttpResponseBase:
        try:
            if request.method in ("POST", "PATCH", "DELETE") and request.headers.get("Tus-Resumable") != VERSION:
                raise Refused(HTTPStatus.PRECONDITION_FAILED, f"Tus-Resumable must be {VERSION}")
            answer = view(request, **kwargs)
        except Refused as refused:
            answer = HttpResponse(refused.words, status=refused.status, content_type="text/plain; charset=utf-8")
        except FileTooLarge:
            answer = HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except uploads.TooMany:
            words = TOO_MANY % {"limit": settings.PORTAL_MAX_UPLOADS}
            answer = HttpResponse(
                words, status=HTTPStatus.UNPROCESSABLE_ENTITY, content_type="text/plain; charset=utf-8"
            )
        except StorageFull:
            answer = HttpResponse(DISK_FULL, status=HTTPStatus.INSUFFICIENT_STORAGE, content_type="text/plain")
        except slices.Gone:
            raise Http404 from None
        for name, value in HEADERS.items():
            answer.headers[name] = value
        return answer

    return wrapper


@team_view(Role.MEMBER)
@require_http_methods(["OPTIONS", "POST"])
@tus
def dataset_uploads(request: TeamRequest) -> HttpResponse:
    """Begin an upload; `of` in its metadata is the dataset that the file is a new version of."""
    if request.method == "OPTIONS":
        limit = str(settings.PORTAL_MAX_FILE_BYTES)
        headers = {"Tus-Max-Size": limit, "Tus-Extension": "creation,termination"}
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers=headers)
    metadata = _metadata(request.headers.get("Upload-Metadata", ""))
    name = names.clean(metadata.get("filename", ""))
    if of := metadata.get("of", ""):
        name = queries.get_or_404(request.team, _number(of)).name
    size = _number(request.headers.get("Upload-Length"))
    upload = uploads.start(team=request.team, user=request.user, name=name, size=size)
    address = reverse("dataset_upload", args=[request.team.slug, upload.pk])
    return _state(request, upload, HTTPStatus.CREATED, {"Location": address})


@team_view(Role.MEMBER)
@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@tus
def dataset_upload(request: TeamRequest, pk: str) -> HttpResponse:
    """Ask how far an upload is, add a slice, give it up; GET is a fragment with what was found so far."""
    upload = get_object_or_404(Upload, pk=pk, team=request.team, user=request.user)
    upload.team, upload.user = request.team, request.user
    if request.method == "PATCH":
        return _take(request, upload)
    if request.method == "DELETE":
        uploads.remove(upload)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    if request.method == "HEAD":
        return _state(request, upload, HTTPStatus.OK, {"Upload-Length": str(upload.size)})
    return render(request, "datasets/_arriving.html", _so_far(upload))


def _take(request: TeamRequest, upload: Upload) -> HttpResponse:
    if request.content_type != SLICE_TYPE:
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Type must be {SLICE_TYPE}")
    at, length = _number(request.headers.get("Upload-Offset")), _number(request.META.get("CONTENT_LENGTH") or "0")
    try:
        is_new = uploads.take(upload, request, at=at, length=length)
    except (uploads.WrongOffset, slices.Gone):
        upload.refresh_from_db(fields=["dataset"])
        raise Refused(HTTPStatus.CONFLICT, f"Upload-Offset must be {uploads.offset(upload)}") from None
    if not is_new:
        words = _("You already have this file: %(file)s. Nothing was added.")
        messages.warning(request, words % {"file": upload.dataset})
    return _state(request, upload, HTTPStatus.NO_CONTENT)


def _state(
    request: TeamRequest, upload: Upload, status: HTTPStatus, headers: dict[str, str] | None = None
) -> HttpResponse:
    answer = HttpResponse(status=status, headers=headers or {})
    answer.headers["Upload-Offset"] = str(uploads.offset(upload))
    answer.headers["Portal-Errors"] = str(arriving.so_far(upload.pk).error_count)
    if upload.dataset is not None:
        answer.headers["Portal-Location"] = next_page(request.team, upload.dataset)
    return answer


def _so_far(upload: Upload) -> dict[str, object]:
    so_far = arriving.so_far(upload.pk)
    cases = []
    try:
        with storing.incoming(upload.pk).open("rb") as file:
            for issue in so_far.report.errors[:SHOWN]:
                lines = []
                if issue.line and issue.offset is not None:
                    lines = context.around(file, issue.line, issue.offset, issue.column, issue.end_column)
                cases.append((issue, [line for line in lines if line.is_hit]))
    except FileNotFoundError:
        raise slices.Gone from None
    return {"so_far": so_far, "cases": cases, "more": so_far.error_count - len(cases)}


def _metadata(header: str) -> dict[str, str]:
    """The pairs of an Upload-Metadata header: `key base64,key base64`."""
    found = {}
    for pair in filter(None, header.split(",")):
        key, _space, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise Refused(HTTPStatus.BAD_REQUEST, "Upload-Metadata cannot be read") from None
    return found


def _number(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Refused(HTTPStatus.BAD_REQUEST, "a header is missing, or not a number")
    return int(text)
