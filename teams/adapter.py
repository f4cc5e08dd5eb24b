"""How django-allauth behaves here: sign-in alone, without messages of its own."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Name and password do not match."),
        "too_many_login_attempts": _("Too many failed attempts. Wait 5 minutes, then try again."),
        "enter_current_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_ajax(self, request: HttpRequest) -> bool:
        """Nobody asks for allauth's JSON answers."""
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count the failures of a name alone. allauth puts the Host header before it, whose port anyone may vary."""
        return str(credentials.get("username", "")).lower()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Signed in, signed out: the page that follows shows it."""
