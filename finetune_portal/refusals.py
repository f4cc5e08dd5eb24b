"""Pages for requests that never reach Django: too large, too slow, too many at once, no room on the disk."""

from __future__ import annotations

from http import HTTPStatus

from asgiref.typing import HTTPScope
from django.conf import settings
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from finetune_portal.security import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY


def page(status: HTTPStatus, scope: HTTPScope) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Headers and text of the answer, in the visitor's language. It asks no database. It closes the connection: of the
    request nobody knows where it ends."""
    with translation.override(_language(dict(scope["headers"]))):
        what, next_step = _words(status)
        text = render_to_string("refused.html", {"what": what, "next_step": next_step}).encode()
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(text)),
        "cache-control": "no-store",
        "connection": "close",
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "permissions-policy": PERMISSIONS_POLICY,
        "x-content-type-options": "nosniff",
    }
    return [(name.encode(), value.encode()) for name, value in headers.items()], text


def _words(status: HTTPStatus) -> tuple[str, str]:
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        size = filesizeformat(settings.PORTAL_MAX_FILE_BYTES)
        return (
            _("This is too large."),
            _("A dataset may have %(size)s. Split it, or sign in again if it is smaller.") % {"size": size},
        )
    if status == HTTPStatus.REQUEST_TIMEOUT:
        return _("The upload stopped on its way."), _("Nothing was kept. Send it again.")
    if status == HTTPStatus.INSUFFICIENT_STORAGE:
        return _("The server has no room left for this."), _("Nothing was kept. Tell your administrator.")
    return _("Too many uploads at once."), _("Nothing was kept. Send it again in a minute.")


def _language(headers: dict[bytes, bytes]) -> str:
    request = HttpRequest()
    request.COOKIES = parse_cookie(headers.get(b"cookie", b"").decode("latin1"))
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get(b"accept-language", b"").decode("latin1")
    return translation.get_language_from_request(request)
