"""The team's page, roles, removal, and links for new passwords."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from teams import members, passwords
from teams.models import AuditEntry, Membership, Role, Team, User

ClientFor = Callable[[User], Client]
NEW = {"password": "another horse battery", "password_again": "another horse battery"}


def post(client: Client, team: Team, user: User, what: str, **values: str) -> Any:
    membership = Membership.objects.get(team=team, user=user)
    return client.post(f"/t/{team.slug}/team/members/{membership.pk}/{what}/", values)


def link_in(answer: Any) -> str:
    found = re.search(r'id="link" value="http://testserver([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def test_viewers_see_members_and_no_form(client_for: ClientFor, team: Team, admin: User, viewer: User) -> None:
    page = client_for(viewer).get(f"/t/{team.slug}/team/").content.decode()
    assert "wei" in page
    assert f'action="/t/{team.slug}/' not in page
    assert "Add someone" not in page


def test_an_admin_changes_a_role(client_for: ClientFor, team: Team, admin: User, member: User) -> None:
    assert post(client_for(admin), team, member, "role", role="viewer").status_code == 302
    assert member.memberships.get().role == Role.VIEWER
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target, entry.detail) == ("role_changed", "lin", {"role": "viewer", "before": "member"})


def test_there_are_three_roles(client_for: ClientFor, team: Team, admin: User, member: User) -> None:
    assert post(client_for(admin), team, member, "role", role="owner").status_code == 422
    assert member.memberships.get().role == Role.MEMBER


@pytest.mark.parametrize("what", ["role", "remove"])
def test_the_last_admin_stays(client_for: ClientFor, team: Team, admin: User, member: User, what: str) -> None:
    answer = post(client_for(admin), team, admin, what, role="member")
    assert answer.status_code == 422
    assert "The last admin stays" in answer.content.decode()
    assert admin.memberships.get().role == Role.ADMIN


def test_an_admin_who_is_shut_out_does_not_count(team: Team, admin: User, member: User) -> None:
    Membership.objects.filter(user=member).update(role=Role.ADMIN)
    User.objects.filter(pk=member.pk).update(is_active=False)
    with pytest.raises(members.LastAdmin):
        members.remove(admin.memberships.get(), admin)


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_demote_each_other_at_once(team: Team, admin: User, member: User) -> None:
    Membership.objects.filter(user=member).update(role=Role.ADMIN)
    barrier = threading.Barrier(2)

    def demote(user: User, actor: User) -> None:
        barrier.wait()
        with contextlib.suppress(members.LastAdmin):
            members.change_role(Membership.objects.get(user=user), Role.VIEWER, actor)
        connection.close()

    threads = [threading.Thread(target=demote, args=pair) for pair in ((admin, member), (member, admin))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert team.memberships.filter(role=Role.ADMIN).count() == 1


def test_an_admin_may_leave_when_another_stays(client_for: ClientFor, team: Team, admin: User, member: User) -> None:
    Membership.objects.filter(user=member).update(role=Role.ADMIN)
    assert post(client_for(admin), team, admin, "remove").headers["Location"] == "/"
    assert not admin.memberships.exists()


def test_who_is_removed_finds_nothing(client_for: ClientFor, team: Team, admin: User, member: User) -> None:
    browser = client_for(member)
    assert browser.get(f"/t/{team.slug}/team/").status_code == 200
    post(client_for(admin), team, member, "remove")
    assert browser.get(f"/t/{team.slug}/team/").status_code == 404


def test_members_of_another_team_cannot_be_reached(
    client_for: ClientFor, team: Team, admin: User, outsider: User
) -> None:
    theirs = outsider.memberships.get()
    for what in ("role", "remove", "password"):
        url = f"/t/{team.slug}/team/members/{theirs.pk}/{what}/"
        assert client_for(admin).post(url, {"role": "viewer"}).status_code == 404
    assert outsider.memberships.get().role == Role.ADMIN


def test_an_admin_makes_a_link_for_a_new_password(
    client_for: ClientFor, client: Client, team: Team, admin: User, member: User
) -> None:
    session = client_for(member)
    link = link_in(post(client_for(admin), team, member, "password"))
    assert "lin" in client.get(link).content.decode()
    assert client.post(link, NEW).headers["Location"] == "/sign-in/"
    assert client.get(link).status_code == client.post(link, NEW).status_code == 410
    member.refresh_from_db()
    assert member.check_password(NEW["password"])
    assert session.get("/you/").status_code == 302
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"password_link_made", "password_set"}


def test_a_link_holds_the_rules_of_passwords(client: Client, team: Team, admin: User, member: User) -> None:
    link = "/password/{}/{}/".format(*passwords.make_link(member, team, admin))
    assert client.post(link, {"password": "12345678", "password_again": "12345678"}).status_code == 422
    assert client.get(link).status_code == 200


def test_a_link_expires(client: Client, team: Team, admin: User, member: User) -> None:
    link = "/password/{}/{}/".format(*passwords.make_link(member, team, admin))
    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        assert client.get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        assert client.get(link).status_code == 410


@pytest.mark.parametrize("link", ["/password/MQ/x/", "/password/x/1-1/", "/password/__/1-1/", "/password/OTk5/1-1/"])
def test_garbage_is_no_link(client: Client, admin: User, link: str) -> None:
    assert client.get(link).status_code == 410


def test_a_link_does_not_reach_into_other_teams(client_for: ClientFor, team: Team, admin: User, outsider: User) -> None:
    Membership.objects.create(team=team, user=outsider, role=Role.VIEWER)
    answer = post(client_for(admin), team, outsider, "password")
    assert answer.status_code == 422
    assert "a team that you do not administer" in answer.content.decode()
    assert "/password/" not in answer.content.decode().replace('/password/">', "").replace("/you/password/", "")


def test_an_admin_of_all_their_teams_may(team: Team, admin: User, outsider: User) -> None:
    Membership.objects.create(team=team, user=outsider, role=Role.VIEWER)
    Membership.objects.create(team=outsider.teams.get(slug="elsewhere"), user=admin, role=Role.ADMIN)
    assert passwords.find(*passwords.make_link(outsider, team, admin)) == outsider


def test_a_link_dies_when_its_person_joins_another_team(team: Team, admin: User, member: User, outsider: User) -> None:
    link = passwords.make_link(member, team, admin)
    Membership.objects.create(team=outsider.teams.get(), user=member, role=Role.VIEWER)
    assert passwords.find(*link) is None


def test_a_link_dies_with_the_rights_of_who_made_it(team: Team, admin: User, member: User, viewer: User) -> None:
    Membership.objects.filter(user=viewer).update(role=Role.ADMIN)
    link = passwords.make_link(member, team, viewer)
    assert passwords.find(*link) == member
    members.remove(viewer.memberships.get(), admin)
    assert passwords.find(*link) is None


def test_a_link_does_not_give_the_portal_away(team: Team, admin: User, member: User) -> None:
    User.objects.filter(pk=member.pk).update(is_superuser=True)
    with pytest.raises(passwords.LinkRefused):
        passwords.make_link(User.objects.get(pk=member.pk), team, admin)


def test_nobody_makes_a_link_for_themselves(team: Team, admin: User) -> None:
    with pytest.raises(passwords.LinkRefused):
        passwords.make_link(admin, team, admin)


def test_of_two_who_use_a_link_at_once_one_wins(team: Team, admin: User, member: User) -> None:
    link = passwords.make_link(member, team, admin)
    first, second = passwords.find(*link), passwords.find(*link)
    assert first
    assert second
    assert [passwords.set_password(first, "first horse"), passwords.set_password(second, "second horse")] == [
        True,
        False,
    ]
    member.refresh_from_db()
    assert member.check_password("first horse")
