"""What a page needs to know of the person who looks at it: language, time zone, theme."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

ZONE_COOKIE = "zone"  # set by static/js/portal.js to the browser's own
THEME_COOKIE = "theme"
THEMES = ("light", "dark")


class ViewerMiddleware:
    """Activate the person's language and time zone: what they chose, else what their browser says."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        zone = getattr(user, "time_zone", "") or request.COOKIES.get(ZONE_COOKIE, "")
        language = getattr(user, "language", "")
        theme = getattr(user, "theme", "") or request.COOKIES.get(THEME_COOKIE, "")
        request.theme = theme if theme in THEMES else ""  # type: ignore[attr-defined]
        if language and translation.check_for_language(language):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(_zone(zone)):
            return self.get_response(request)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a cookie can hold anything, `..` too
        return ZoneInfo("UTC")
