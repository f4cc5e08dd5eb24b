"""How large the body of a request may be.

One limit counts for everybody everywhere. An app that needs more on one address says so in its `AppConfig.ready` with
`allow_large` and hands in who may use it; for everyone else the common limit counts there too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest
from django.http.cookie import parse_cookie

MayUse = Callable[..., bool]


@dataclass(frozen=True)
class LargeBody:
    """`may_use(user, **groups)` gets the named groups of `path`; it may query the database."""

    path: re.Pattern[str]
    limit: int
    may_use: MayUse


_large: list[LargeBody] = []


def allow_large(path: str, *, limit: int, may_use: MayUse) -> None:
    """Let those whom `may_use` names send up to `limit` bytes to the addresses that match `path`."""
    _large.append(LargeBody(re.compile(path), limit, may_use))


def is_large(path: str) -> bool:
    """Is there a limit of its own for this address?"""
    return any(large.path.fullmatch(path) for large in _large)


def limit(path: str, cookies: str) -> int:
    """The limit of an address for the person whose session the cookies name. Queries the database: call it in a
    thread."""
    common: int = settings.PORTAL_MAX_BODY_BYTES
    try:
        user = _person(cookies)
        for large in _large:
            match = large.path.fullmatch(path)
            if match and user is not None and large.may_use(user, **match.groupdict()):
                return large.limit
    finally:
        close_old_connections()
    return common


def _person(cookies: str) -> Any | None:
    from django.contrib.auth import get_user
    from django.contrib.sessions.backends.db import SessionStore

    request = HttpRequest()
    request.session = SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    return user if user.is_authenticated else None
