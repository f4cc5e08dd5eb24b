"""Who may open what. Views of a team go through `team_view`: outsiders get 404, members without the right 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from teams.models import Membership, Role, Team, User

P = ParamSpec("P")

_RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.ADMIN: 2}


class TeamRequest(HttpRequest):
    """A request of a signed-in person inside a team."""

    user: User
    htmx: HtmxDetails
    membership: Membership
    team: Team


TeamView = Callable[Concatenate[TeamRequest, P], HttpResponseBase]


def team_view(role: Role = Role.VIEWER) -> Callable[[TeamView[P]], Callable[..., HttpResponseBase]]:
    """Decorate a view whose URL names a team (`team`, its slug): the view gets `request.team` and
    `request.membership` in place of the slug. `role` is the least that a member needs."""

    def decorate(view: TeamView[P]) -> Callable[..., HttpResponseBase]:
        @login_required
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
