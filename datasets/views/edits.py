"""A line's own page, its editor, and the way back to an earlier version."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from datasets import cases, editing, queries, revising, typed
from datasets.editing import NoSuchLine, Original
from datasets.forms import DISK_FULL
from datasets.models import Dataset
from datasets.storing import FileTooLarge, StorageFull
from teams.access import TeamRequest, team_view
from teams.models import Role


@team_view()
@require_http_methods(["GET", "HEAD"])
def dataset_line(request: TeamRequest, pk: int, number: int) -> HttpResponse:
    """A line with its neighbours, what is wrong with it, and its editor; for htmx the editor alone."""
    found, line = _line(request, pk, number)
    if request.htmx and not request.htmx.boosted and request.membership.may_act:
        return render(request, "datasets/_editor.html", _context(found, line))
    return _page(request, found, line)


@team_view(Role.MEMBER)
@require_POST
def dataset_line_save(request: TeamRequest, pk: int, number: int) -> HttpResponse:
    """Save the edited line as the next version, and show it there, or the next error if that was asked for."""
    found, line = _line(request, pk, number)
    text = request.POST.get("text", "")
    if "text" not in request.POST or line.is_too_long:
        return _page(request, found, line, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        made = editing.save(found, line, text, actor=request.user)
    except revising.NotNewest as late:
        return _moved(request, found, late.newest, line, text)
    except FileTooLarge:
        trouble = _("With this line the file would be larger than it may be.")
    except StorageFull:
        trouble = str(DISK_FULL)
    else:
        return _saved(request, found, made, number)
    return _page(request, found, line, text, trouble, HTTPStatus.UNPROCESSABLE_ENTITY)


@team_view(Role.MEMBER)
@require_POST
def dataset_line_judge(request: TeamRequest, pk: int, number: int) -> HttpResponse:
    """What the text in the editor of line `number` would be: a fragment, asked for as it is typed."""
    found = queries.get_or_404(request.team, pk)
    context = {"typed": typed.judge(found, request.POST.get("text", "")), "number": number}
    return render(request, "datasets/_typed.html", context)


@team_view(Role.MEMBER)
@require_POST
def dataset_restore(request: TeamRequest, pk: int) -> HttpResponse:
    """Make an earlier version the newest again. `seen` is the newest one that the page knew of."""
    found = queries.get_or_404(request.team, pk)
    seen = request.POST.get("seen", "")
    try:
        made = revising.go_back(found, seen=int(seen) if seen.isdecimal() else 0, actor=request.user)
    except revising.NotNewest as late:
        messages.warning(request, _("%(file)s was made meanwhile. Look at it first.") % {"file": late.newest})
        return redirect("dataset", request.team.slug, late.newest.pk)
    words = _("v%(new)s is v%(old)s again. Nothing was taken away.")
    messages.success(request, words % {"new": made.version, "old": found.version})
    return redirect("dataset", request.team.slug, made.pk)


def _line(request: TeamRequest, pk: int, number: int) -> tuple[Dataset, Original]:
    found = queries.get_or_404(request.team, pk)
    if found.state == Dataset.State.CHECKING:
        raise Http404
    try:
        return found, editing.original(found, number)
    except NoSuchLine:
        raise Http404 from None


def _page(
    request: TeamRequest,
    found: Dataset,
    line: Original,
    text: str | None = None,
    trouble: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    shown = cases.of_line(found, line.number, line.offset)
    context = {"section": "datasets", "cases": shown} | _context(found, line, text, trouble)
    context["may_fix"] = context["is_newest"] and request.membership.may_act
    return render(request, "datasets/line.html", context, status=status)


def _context(found: Dataset, line: Original, text: str | None = None, trouble: str = "") -> dict[str, Any]:
    newest = revising.newest(found)
    is_newest = newest.pk == found.pk
    return {
        "dataset": found,
        "editor": editing.editor(newest, line, text, trouble),
        "newest": newest,
        "is_newest": is_newest,
    }


def _saved(request: TeamRequest, found: Dataset, made: Dataset | None, number: int) -> HttpResponse:
    if made is None:
        messages.info(request, _("Nothing was changed, so there is no new version."))
        return HttpResponseRedirect(_address(request, found, number))
    if request.POST.get("then") != "next":
        return HttpResponseRedirect(_address(request, made, number))
    return HttpResponseRedirect(
        _address(request, made, _next(found, made, number, request.POST["text"]), then_fix=True)
    )


def _next(found: Dataset, made: Dataset, number: int, text: str) -> int:
    """The line of the next error. While the new version is still being checked, the old one's report tells it."""
    if made.state != Dataset.State.CHECKING:
        return cases.next_error(made, number) or number
    line = cases.next_error(found, number) or number
    return line + len(editing.lines_of(text)) - 1 if line > number else line


def _moved(request: TeamRequest, found: Dataset, newest: Dataset, line: Original, text: str) -> HttpResponse:
    """Someone saved meanwhile: say so, and offer the edit for the same line of the newest version."""
    number = editing.number_in(newest, line)
    context = {"section": "datasets", "dataset": found, "newest": newest, "line": line, "text": text, "there": number}
    return render(request, "datasets/line_moved.html", context, status=HTTPStatus.CONFLICT)


def _address(request: TeamRequest, dataset: Dataset, number: int, *, then_fix: bool = False) -> str:
    address = reverse("dataset", args=[request.team.slug, dataset.pk])
    # Going to a fragment would take the focus from the editor, which a script brings into view as well.
    return f"{address}?line={number}&fix=1" if then_fix else f"{address}?line={number}#L{number}"
