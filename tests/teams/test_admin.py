"""Django's admin: for those who administer the portal, and without secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.test import Client

from teams.models import Invitation, ProviderAccount, Team, User

ClientFor = Callable[[User], Client]


@pytest.fixture
def superuser(admin: User) -> User:
    admin.is_staff = admin.is_superuser = True
    admin.save()
    return admin


def test_it_signs_in_through_our_page(client: Client, admin: User) -> None:
    for path in ("/admin/", "/admin/login/"):
        assert client.get(path, follow=True).request["PATH_INFO"] == "/sign-in/"
    assert (
        client.post("/admin/login/", {"username": "wei", "password": "x"}).headers["Location"].startswith("/sign-in/")
    )


def test_no_secret_is_registered() -> None:
    assert not {ProviderAccount, Invitation} & set(django_admin.site._registry)


def test_a_superuser_shuts_a_person_out(client_for: ClientFor, superuser: User, member: User) -> None:
    theirs, url = client_for(member), f"/admin/teams/user/{member.pk}/change/"
    assert client_for(superuser).get(url).status_code == 200
    assert client_for(superuser).post(url, {}).status_code == 302
    member.refresh_from_db()
    assert not member.is_active
    assert theirs.get("/you/").status_code == 302


def test_nobody_is_made_superuser_there(client_for: ClientFor, superuser: User, member: User) -> None:
    values = {"is_active": "on", "is_superuser": "on", "is_staff": "on", "username": "x", "password": "x"}
    client_for(superuser).post(f"/admin/teams/user/{member.pk}/change/", values)
    member.refresh_from_db()
    assert (member.is_superuser, member.is_staff, member.username) == (False, False, "lin")


@pytest.mark.parametrize(("key", "accounts"), [("", 1), ("sk-environment-key", 0)])
def test_a_superuser_makes_another_team(
    client_for: ClientFor, superuser: User, member: User, settings: Any, key: str, accounts: int
) -> None:
    settings.DASHSCOPE_API_KEY = key
    values = {"name": "Second", "slug": "second", "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    values |= {"memberships-0-user": str(member.pk), "memberships-0-role": "admin"}
    assert client_for(superuser).post("/admin/teams/team/add/", values).status_code == 302
    team = Team.objects.get(slug="second")
    assert team.memberships.get().user == member
    assert team.accounts.count() == accounts
    verbs = set(team.audit_entries.values_list("verb", "actor__username"))
    assert {("team_made", "wei"), ("member_added", "wei")} <= verbs
