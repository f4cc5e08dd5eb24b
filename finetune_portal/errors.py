"""Pages for what went wrong: 400, 403, 404, 500 and a missing CSRF token."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The token of a page that is older than the last sign-in no longer counts: say so and offer a reload."""
    return render(request, "403_csrf.html", status=403)
