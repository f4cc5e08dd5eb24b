"""How people come in: the first page, the set-up link, a link to join, a link to set a new password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from teams import invitations, passwords, setup
from teams.forms import posted
from teams.forms.sign_in import NewPersonForm, PasswordForm, SetupForm
from teams.models import Invitation, Team, User

hide_passwords = sensitive_post_parameters("password", "password_again")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Send people where they want to be: the board of their team."""
    user = request.user
    if isinstance(user, User):
        teams = list(user.teams.order_by("name"))
        if len(teams) == 1:
            return redirect("board", teams[0].slug)
        return render(request, "teams/home.html", {"teams": teams})
    if setup.is_open():
        return render(request, "teams/start.html")
    return redirect("account_login")


@require_http_methods(["GET", "POST"])
@never_cache
@hide_passwords
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """Name the first admin and the team. Once somebody is there, the address no longer exists."""
    if not setup.is_open():
        return _dead_link(request)
    if not setup.token_matches(token):
        raise Http404
    form = SetupForm(posted(request))
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            user, team = setup.create_first_admin(
                team_name=values["team_name"], username=values["username"], password=values["password"]
            )
        except setup.AlreadySetUp:
            raise Http404 from None
        login(request, user)
        return redirect("board", team.slug)
    return _form(request, "teams/setup.html", form)


@require_http_methods(["GET", "POST"])
@never_cache
@hide_passwords
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation, as the person who is signed in or as a new one."""
    invitation = invitations.find(token)
    if invitation is None:
        return _dead_link(request)
    if isinstance(request.user, User):
        return _join_as(request, invitation, request.user)
    form = NewPersonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _enter(request, invitation, form.user)
        except invitations.NameTaken:
            form.add_error("username", _("Someone has just taken this name."))
    return _form(request, "teams/join.html", form, invitation=invitation)


def _join_as(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    team: Team = invitation.team
    if user.memberships.filter(team=team).exists():
        messages.info(request, _("You are in this team already. The link stays good for someone else."))
        return redirect("board", team.slug)
    if request.method == "POST":
        return _enter(request, invitation, user)
    return render(request, "teams/join.html", {"invitation": invitation})


def _enter(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    try:
        invitations.accept(invitation, user)
    except invitations.DeadInvitation:
        return _dead_link(request)
    except invitations.AlreadyMember:
        return redirect("board", invitation.team.slug)
    if not request.user.is_authenticated:
        login(request, user)
    messages.success(request, _("You are in %(team)s.") % {"team": invitation.team.name})
    return redirect("board", invitation.team.slug)


@require_http_methods(["GET", "POST"])
@never_cache
@hide_passwords
def set_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Choose a new password by a link that an admin made."""
    user = passwords.find(uid, token)
    if user is None:
        return _dead_link(request)
    form = PasswordForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        if not passwords.set_password(user, form.cleaned_data["password"]):
            return _dead_link(request)
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    return _form(request, "teams/set_password.html", form, person=user)


def _form(request: HttpRequest, template: str, form: PasswordForm, **context: Any) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **context}, status=status)


def _dead_link(request: HttpRequest) -> HttpResponse:
    """Used, revoked, expired or never made: the page does not say which."""
    return render(request, "teams/dead_link.html", status=410)
