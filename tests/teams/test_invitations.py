"""One-time links to join a team."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from teams import invitations
from teams.models import AuditEntry, Invitation, Membership, Role, Team, User

ClientFor = Callable[[User], Client]
NEW = {"username": "ana", "password": "another horse battery", "password_again": "another horse battery"}


@pytest.fixture
def link(team: Team, admin: User) -> str:
    return f"/join/{invitations.invite(team=team, role=Role.MEMBER, actor=admin, note='Ana Maria')[1]}/"


def invite(client: Client, team: Team, **values: str) -> Any:
    return client.post(f"/t/{team.slug}/team/invite/", values)


def test_the_link_is_shown_once_and_kept_nowhere(client_for: ClientFor, team: Team, admin: User) -> None:
    browser = client_for(admin)
    page = invite(browser, team, role="viewer", note="Ana Maria").content.decode()
    token = re.findall(r"/join/([^/]+)/", page)[0]
    again = browser.get(f"/t/{team.slug}/team/").content.decode()
    assert token not in again
    assert "Ana Maria" in again
    assert not Invitation.objects.filter(token_hash__contains=token).exists()
    assert token not in str(list(AuditEntry.objects.values()))


def test_a_link_needs_a_role(client_for: ClientFor, team: Team, admin: User) -> None:
    assert invite(client_for(admin), team, role="owner").status_code == 422
    assert not Invitation.objects.exists()


def test_someone_new_joins(client: Client, link: str, team: Team) -> None:
    assert "Language lab" in client.get(link).content.decode()
    assert client.post(link, NEW).headers["Location"] == f"/t/{team.slug}/"
    user = User.objects.get(username="ana")
    assert (user.memberships.get().role, user.is_staff, user.is_superuser) == (Role.MEMBER, False, False)
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEntry.objects.filter(actor=user, verb="joined").exists()


def test_someone_who_is_signed_in_joins(client_for: ClientFor, link: str, team: Team, outsider: User) -> None:
    browser = client_for(outsider)
    assert "You are signed in as" in browser.get(link).content.decode()
    assert browser.post(link).status_code == 302
    assert team.memberships.get(user=outsider).role == Role.MEMBER
    assert User.objects.filter(username="ana").count() == 0


def test_a_member_does_not_use_the_link_up(client_for: ClientFor, client: Client, link: str, member: User) -> None:
    assert client_for(member).post(link).status_code == 302
    assert member.memberships.get().role == Role.MEMBER
    assert client.get(link).status_code == 200


def test_a_link_works_once(client: Client, link: str) -> None:
    client.post(link, NEW)
    other = Client()
    assert other.get(link).status_code == 410
    assert other.post(link, NEW | {"username": "bo"}).status_code == 410
    assert not User.objects.filter(username="bo").exists()


def test_of_two_who_join_at_once_one_gets_in(team: Team, admin: User) -> None:
    invitation, _ = invitations.invite(team=team, role=Role.MEMBER, actor=admin)
    same = Invitation.objects.get(pk=invitation.pk)
    invitations.accept(invitation, User(username="ana"))
    with pytest.raises(invitations.DeadInvitation):
        invitations.accept(same, User(username="bo"))
    assert not User.objects.filter(username="bo").exists()
    assert set(team.memberships.values_list("user__username", flat=True)) == {"wei", "ana"}


def test_an_admin_revokes_a_link(client_for: ClientFor, client: Client, link: str, team: Team, admin: User) -> None:
    invitation = Invitation.objects.get()
    url = f"/t/{team.slug}/team/links/{invitation.pk}/revoke/"
    assert client_for(admin).post(url).status_code == 302
    assert client.get(link).status_code == client.post(link, NEW).status_code == 410
    assert client_for(admin).post(url).status_code == 302
    assert AuditEntry.objects.filter(verb="invitation_revoked_for").count() == 1


def test_links_of_another_team_cannot_be_revoked(client_for: ClientFor, link: str, outsider: User) -> None:
    invitation = Invitation.objects.get()
    assert client_for(outsider).post(f"/t/elsewhere/team/links/{invitation.pk}/revoke/").status_code == 404
    assert invitations.find(link.split("/")[2]) == invitation


def test_a_link_expires(client: Client, link: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert client.get(link).status_code == client.post(link, NEW).status_code == 410


def test_a_dead_link_says_nothing_of_the_team(client: Client, link: str, team: Team, admin: User) -> None:
    client.post(link, NEW)
    dead, unknown = Client().get(link), Client().get("/join/unknown/")
    assert dead.status_code == unknown.status_code == 410
    for page in (dead.content.decode(), unknown.content.decode()):
        assert team.name not in page
        assert admin.username not in page


@pytest.mark.parametrize("name", ["wei", "WEI", "a b", ""])
def test_a_name_must_be_free_and_plain(client: Client, link: str, name: str) -> None:
    assert client.post(link, NEW | {"username": name}).status_code == 422
    assert Membership.objects.count() == 1
    assert client.get(link).status_code == 200


def test_names_may_be_chinese(client: Client, link: str) -> None:
    assert client.post(link, NEW | {"username": "林"}).status_code == 302


def test_markup_in_names_stays_text(client_for: ClientFor, team: Team, admin: User) -> None:
    Team.objects.filter(pk=team.pk).update(name="<img src=x>")
    page = invite(client_for(admin), team, role="viewer", note="<b hx-get='/'>").content.decode()
    assert "<img src=x>" not in page
    assert "<b hx-get" not in page


@pytest.mark.parametrize("what", ["removed", "demoted", "shut out"])
def test_an_admin_does_not_come_back_by_a_link_they_kept(client: Client, link: str, admin: User, what: str) -> None:
    if what == "removed":
        admin.memberships.all().delete()
    elif what == "demoted":
        admin.memberships.update(role=Role.MEMBER)
    else:
        User.objects.filter(pk=admin.pk).update(is_active=False)
    assert client.get(link).status_code == client.post(link, NEW).status_code == 410
