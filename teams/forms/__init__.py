"""What people send."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is a form with errors, not a page that was asked for."""
    return request.POST if request.method == "POST" else None
