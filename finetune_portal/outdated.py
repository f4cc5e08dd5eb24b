"""Forms of a page that is out of date: somebody signed in again in another tab since. What was typed is not lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


def shown_again(view: View) -> View:
    """Call the view with `outdated=True` where Django would refuse its form for want of the right token: it shows the
    form with what was typed, and does nothing. Whoever may not see the form gets Django's answer."""

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        refused = CsrfViewMiddleware(view).process_view(request, view, args, kwargs)
        if refused is None:
            return view(request, *args, **kwargs)
        try:
            answer = view(request, *args, outdated=True, **kwargs)
        except (Http404, PermissionDenied):
            return refused
        return answer if answer.status_code == refused.status_code else refused

    return wrapper
