"""A person's own page."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finetune_portal.viewer import THEME_COOKIE
from teams.access import UserRequest, user_view
from teams.forms import posted
from teams.forms.profile import ProfileForm


@user_view
@require_http_methods(["GET", "POST"])
def profile(request: UserRequest) -> HttpResponse:
    """Language, time zone and theme; the way to a new password; the teams that the person is in."""
    form = ProfileForm(posted(request), instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(form.cleaned_data["language"] or translation.get_language_from_request(request)):
            messages.success(request, _("Kept."))
        response = redirect("profile")
        # The cookies are for the pages before sign-in; one of an older choice would outlive "my browser's".
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
        response.delete_cookie(THEME_COOKIE)
        return response
    memberships = request.user.memberships.select_related("team").order_by("team__name")
    context = {"form": form, "memberships": memberships}
    return render(request, "teams/profile.html", context, status=422 if form.is_bound else 200)
