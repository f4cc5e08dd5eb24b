"""Who may open what. Views of a team go through `team_view`: outsiders get 404, members without the right 403, nobody
is asked to sign in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from teams.models import Membership, Role, Team, User

P = ParamSpec("P")

_RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.ADMIN: 2}


class UserRequest(HttpRequest):
    """A request of a signed-in person."""

    user: User
    htmx: HtmxDetails


class TeamRequest(UserRequest):
    """A request of a signed-in person inside a team."""

    membership: Membership
    team: Team


TeamView = Callable[Concatenate[TeamRequest, P], HttpResponseBase]


def user_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate a view that needs a signed-in person and no team."""

    @wraps(view)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return view(request, *args, **kwargs)

    return wrapper


def team_view(role: Role = Role.VIEWER) -> Callable[[TeamView[P]], Callable[..., HttpResponseBase]]:
    """Decorate a view whose URL names a team (`team`, its slug): the view gets `request.team` and
    `request.membership` in place of the slug. `role` is the least that a member needs."""

    def decorate(view: TeamView[P]) -> Callable[..., HttpResponseBase]:
        @user_view
        @wraps(view)
        def wrapper(request: Any, team: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request.membership = membership_or_404(request.user, team)
            request.team = request.membership.team
            if _RANK[Role(request.membership.role)] < _RANK[role]:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def membership_or_404(user: User, slug: str) -> Membership:
    membership = Membership.objects.select_related("team").filter(user=user, team__slug=slug).first()
    if membership is None:
        raise Http404
    return membership


def may_act(user: User, team: str) -> bool:
    """May the person change things in the team of this slug? For those who have no view to ask."""
    membership = Membership.objects.filter(user=user, team__slug=team).first()
    return membership is not None and membership.may_act


def ask_to_sign_in(request: Any) -> HttpResponseBase:
    """Send to the sign-in page and back: to the page that was asked for, or on which the form or fragment stood."""
    if not request.htmx:
        return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else "/")
    page = request.htmx.current_url_abs_path or "/"
    return HttpResponseClientRedirect(f"{resolve_url('account_login')}?{urlencode({'next': page})}")
