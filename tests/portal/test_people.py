"""The fixtures that every other test relies on."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from teams.models import ProviderAccount, Team, User


def test_people_have_their_places(team: Team, admin: User, member: User, viewer: User, outsider: User) -> None:
    roles = dict(team.memberships.values_list("user__username", "role"))
    assert roles == {"wei": "admin", "lin": "member", "mo": "viewer"}
    assert not outsider.teams.filter(pk=team.pk).exists()


def test_client_for_signs_in(admin: User, client_for: Callable[[User], Client]) -> None:
    assert client_for(admin).session["_auth_user_id"] == str(admin.pk)


def test_account_keeps_its_key_encrypted(account: ProviderAccount) -> None:
    assert ProviderAccount.objects.get(pk=account.pk).api_key == "sk-test-0000000000001234"
    assert account.masked_key == "sk-…1234"
