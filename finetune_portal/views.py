"""Views of the frame itself: language, theme, health."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from finetune_portal.viewer import THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and, for a person who is signed in, in their record."""
    language = request.POST.get("language", "")
    response = _back(request)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax")
        _remember(request, language=language)
    return response


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme likewise; anything but light and dark follows the system."""
    theme = request.POST.get("theme", "")
    theme = theme if theme in THEMES else ""
    response = _back(request)
    response.set_cookie(THEME_COOKIE, theme, max_age=YEAR, samesite="Lax")
    _remember(request, theme=theme)
    return response


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers: for `manage.py portal` and for a load balancer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def _back(request: HttpRequest) -> HttpResponseRedirect:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe else "/")


def _remember(request: HttpRequest, **preference: str) -> None:
    user = request.user
    if user.is_authenticated:
        get_user_model().objects.filter(pk=user.pk).update(**preference)
