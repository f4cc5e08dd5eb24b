"""The team's provider accounts: all members see them, admins change them. No page ever loads a key."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from teams import accounts as verbs
from teams.access import TeamRequest, team_view
from teams.forms import posted
from teams.forms.accounts import AccountForm
from teams.models import ProviderAccount, Role


@team_view()
@require_GET
def accounts(request: TeamRequest) -> HttpResponse:
    listed = request.team.accounts.select_related("paused_by")
    context = {"accounts": listed, "may_change": request.membership.is_admin, "section": "team"}
    return render(request, "teams/accounts.html", context)


@team_view(Role.ADMIN)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("api_key")
def account_new(request: TeamRequest) -> HttpResponse:
    account = ProviderAccount(team=request.team)
    form = AccountForm(posted(request), instance=account)
    if request.method == "POST" and form.is_valid():
        account.set_key(form.cleaned_data["api_key"])
        verbs.save_new(account, request.user)
        messages.success(request, _("The account is added."))
        return redirect("accounts", request.team.slug)
    return _form(request, form)


@team_view(Role.ADMIN)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("api_key")
def account_edit(request: TeamRequest, pk: int) -> HttpResponse:
    form = AccountForm(posted(request), instance=_account(request, pk))
    if request.method == "POST" and form.is_valid():
        changed = [name for name in form.changed_data if name != "api_key"]
        verbs.save_changes(form.instance, request.user, changed, key=form.cleaned_data.get("api_key", ""))
        messages.success(request, _("The account is changed."))
        return redirect("accounts", request.team.slug)
    return _form(request, form)


@team_view(Role.ADMIN)
@require_POST
def account_switch(request: TeamRequest, pk: int) -> HttpResponse:
    """Switch an account on (`on=1`) or off, with a `note` why. Off, nothing is asked of the service with its key."""
    note = " ".join(request.POST.get("note", "").split())[: verbs.NOTE_LENGTH]
    verbs.switch(_account(request, pk), request.user, on=request.POST.get("on") == "1", note=note)
    return redirect("accounts", request.team.slug)


def _account(request: TeamRequest, pk: int) -> ProviderAccount:
    return get_object_or_404(ProviderAccount, team=request.team, pk=pk)


def _form(request: TeamRequest, form: AccountForm) -> HttpResponse:
    context = {"form": form, "account": form.instance, "section": "team"}
    return render(request, "teams/account_form.html", context, status=422 if form.is_bound else 200)
