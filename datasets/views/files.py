"""What can be taken away: a dataset's file, and its report."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from datasets import queries, records, samples, storing
from datasets.forms import FindingsForm
from datasets.models import Dataset
from teams.access import TeamRequest, team_view


@team_view()
@require_safe
def dataset_sample(request: TeamRequest, name: str) -> HttpResponse:
    """A small file of a format, ready to train, to start from."""
    try:
        content = samples.whole_file(name)
    except KeyError:
        raise Http404 from None
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="sample-{name}.jsonl"'
    return response


class Download(FileResponse):
    """Bytes that a browser saves and never shows, whatever is in them."""

    block_size = 256 * 1024

    def __init__(self, *args: object, filename: str) -> None:
        super().__init__(*args, as_attachment=True, filename=filename, content_type="application/octet-stream")
        self.headers["X-Content-Type-Options"] = "nosniff"


@team_view()
@require_safe
def dataset_download(request: TeamRequest, pk: int) -> HttpResponseBase:
    found = queries.get_or_404(request.team, pk)
    try:
        file = storing.open_file(found.path)
    except FileNotFoundError:
        raise Http404 from None
    name = PurePosixPath(found.name)
    filename = found.name if found.version == 1 else f"{name.stem}.v{found.version}{name.suffix}"
    return Download(file, filename=filename)


@team_view()
@require_safe
def dataset_report(request: TeamRequest, pk: int) -> HttpResponse:
    """All that is listed of a dataset that has been checked, as JSON. `limit` is a number of tokens that an example may
    have, `validation` a file that the dataset was compared with."""
    found = queries.get_or_404(request.team, pk)
    if found.state == Dataset.State.CHECKING:
        raise Http404
    response = HttpResponse(records.as_json(found, FindingsForm(request.GET).asked()), content_type="application/json")
    name = f"{PurePosixPath(found.name).stem}.v{found.version}.report.json"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return response
