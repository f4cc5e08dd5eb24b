"""All of a line, however long it is: in parts to read, and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from datasets import context, places, queries, storing, visible
from datasets.models import Dataset
from teams.access import TeamRequest, team_view

BLOCK = 256 * 1024


@team_view()
@require_safe
def dataset_line_text(request: TeamRequest, pk: int, number: int) -> HttpResponse:
    """The line from byte `from` of it on, as much as a page can hold; for htmx without the page around it."""
    found, file, offset = _open(request, pk, number)
    start = request.GET.get("from", "")
    skip = int(start) if start.isdecimal() and len(start) < 12 else 0
    with file:
        piece = context.piece(file, offset, skip)
    shown = {"dataset": found, "number": number, "parts": visible.whole(piece.text), "next": piece.next_start}
    template = "datasets/_line_text.html" if request.htmx else "datasets/line_text.html"
    return render(request, template, shown | {"section": "datasets"})


@team_view()
@require_safe
def dataset_line_raw(request: TeamRequest, pk: int, number: int) -> HttpResponseBase:
    """The bytes of the line, to be saved."""
    found, file, offset = _open(request, pk, number)
    name = f"{PurePosixPath(found.name).stem}.v{found.version}.line-{number}.jsonl"
    answer = StreamingHttpResponse(_bytes(file, offset), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _open(request: TeamRequest, pk: int, number: int) -> tuple[Dataset, BinaryIO, int]:
    found = queries.get_or_404(request.team, pk)
    try:
        file = storing.open_file(found.path)
    except FileNotFoundError:
        raise Http404 from None
    offset = places.start_of(found, file, number)
    if offset is None:
        file.close()
        raise Http404
    return found, file, offset


def _bytes(file: BinaryIO, offset: int) -> Iterator[bytes]:
    with file:
        file.seek(offset)
        while block := file.readline(BLOCK):
            yield block
            if block.endswith(b"\n"):
                return
