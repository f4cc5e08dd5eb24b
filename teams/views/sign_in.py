"""Signing in and out and changing one's password: allauth's views with the portal's habits (a form with errors is a
422) and nothing else of allauth."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from teams import setup
from teams.access import user_view


class _SentBack:
    """A form with errors."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        response.status_code = 422
        return response


class SignIn(_SentBack, allauth.LoginView):  # type: ignore[misc]  # allauth has no types
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """While nobody is there the first page says how to set up."""
        if setup.is_open():
            return redirect("home")
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response


class SignOut(allauth.LogoutView):  # type: ignore[misc]
    http_method_names = ["post"]


class ChangePassword(_SentBack, allauth.PasswordChangeView):  # type: ignore[misc]
    http_method_names = ["get", "head", "post"]

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        messages.success(self.request, _("Your password is changed. Other browsers are signed out."))
        return response

    def get_success_url(self) -> str:
        return reverse("profile")


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()
change_password = user_view(ChangePassword.as_view())
