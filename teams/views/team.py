"""The team's page: its members, their roles, and the links that an admin makes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from teams import audit, invitations, members, passwords
from teams.access import TeamRequest, team_view
from teams.forms.team import InviteForm, RoleForm
from teams.models import Invitation, Membership, Role

TRAIL_PAGE = 50  # entries


@team_view()
@require_GET
def team(request: TeamRequest) -> HttpResponse:
    return _page(request)


@team_view(Role.ADMIN)
@require_POST
@never_cache
def invite(request: TeamRequest) -> HttpResponse:
    """Make a link to join. It stands in this answer alone: nothing keeps its token."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    invitation, token = invitations.invite(team=request.team, actor=request.user, **form.cleaned_data)
    link = request.build_absolute_uri(reverse("join", args=[token]))
    return _page(request, link=link, invitation=invitation)


@team_view(Role.ADMIN)
@require_POST
def invitation_revoke(request: TeamRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, team=request.team, pk=pk)
    if invitations.revoke(invitation, request.user):
        messages.success(request, _("The link no longer works."))
    else:
        messages.info(request, _("The link was used or had expired before."))
    return redirect("team", request.team.slug)


@team_view(Role.ADMIN)
@require_POST
def member_role(request: TeamRequest, pk: int) -> HttpResponse:
    membership, form = _member(request, pk), RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, refusal=_("There is no such role."))
    try:
        members.change_role(membership, form.cleaned_data["role"], request.user)
    except members.LastAdmin:
        return _page(request, status=422, refusal=_("The last admin stays admin. Make someone else admin first."))
    what = {"name": membership.user.username, "role": membership.get_role_display()}
    messages.success(request, _("%(name)s is %(role)s now.") % what)
    return redirect("team", request.team.slug)


@team_view(Role.ADMIN)
@require_POST
def member_remove(request: TeamRequest, pk: int) -> HttpResponse:
    membership = _member(request, pk)
    try:
        members.remove(membership, request.user)
    except members.LastAdmin:
        return _page(request, status=422, refusal=_("The last admin stays. Make someone else admin first."))
    messages.success(request, _("%(name)s is no longer in the team.") % {"name": membership.user.username})
    return redirect("home" if membership.user == request.user else reverse("team", args=[request.team.slug]))


@team_view(Role.ADMIN)
@require_POST
@never_cache
def member_password(request: TeamRequest, pk: int) -> HttpResponse:
    """Make a link with which a member sets a new password. It stands in this answer alone."""
    membership = _member(request, pk)
    try:
        parts = passwords.make_link(membership.user, request.team, request.user)
    except passwords.LinkRefused as refused:
        return _page(request, status=422, refusal=str(refused))
    link = request.build_absolute_uri(reverse("set_password", args=parts))
    return _page(request, link=link, person=membership.user)


@team_view(Role.ADMIN)
@require_GET
def trail(request: TeamRequest) -> HttpResponse:
    """The audit trail, newest first; `before` is the last entry of the page before, so no page costs more."""
    entries = request.team.audit_entries.select_related("actor")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit():
        entries = entries.filter(pk__lt=min(int(before), 2**63 - 1))
    found = list(entries[: TRAIL_PAGE + 1])
    rows = [(entry, audit.sentence(entry)) for entry in found[:TRAIL_PAGE]]
    more = found[TRAIL_PAGE - 1].pk if len(found) > TRAIL_PAGE else None
    return render(request, "teams/audit.html", {"rows": rows, "more": more, "before": before, "section": "team"})


def _member(request: TeamRequest, pk: int) -> Membership:
    return get_object_or_404(Membership.objects.select_related("user", "team"), team=request.team, pk=pk)


def _page(request: TeamRequest, *, status: int = 200, form: InviteForm | None = None, **context: Any) -> HttpResponse:
    context |= {
        "section": "team",
        "members": _by_rank(request),
        "roles": Role.choices,
        "may_change": request.membership.is_admin,
    }
    if request.membership.is_admin:
        context |= {
            "form": form or InviteForm(),
            "invitations": request.team.invitations.open().select_related("created_by"),
        }
    return render(request, "teams/team.html", context, status=status)


def _by_rank(request: TeamRequest) -> list[Membership]:
    """Admins first, then by name."""
    ranks = {role: rank for rank, role in enumerate(reversed(Role.values))}
    members = request.team.memberships.select_related("user")
    return sorted(members, key=lambda member: (ranks[member.role], member.user.username.lower()))
