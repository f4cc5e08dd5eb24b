"""The account that set-up makes, and what becomes of it when the environment changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from finetune_portal.signals import prepared
from teams.accounts import create_default_account
from teams.models import AuditEntry, ProviderAccount, Team

KEY, OTHER_KEY = "sk-environment-key-aaaa", "sk-environment-key-bbbb"


def start(settings: Any, *, key: str = "", sandbox: str = "") -> None:
    """Start the portal with this environment."""
    settings.DASHSCOPE_API_KEY, settings.PORTAL_SANDBOX_URL = key, sandbox
    prepared.send(sender=None)


def usable(team: Team) -> list[str]:
    return list(team.accounts.usable().values_list("name", flat=True))


@pytest.fixture
def other(team: Team) -> Team:
    return Team.objects.create(name="Other", slug="other")


def test_without_a_key_it_is_the_sandbox(team: Team, settings: Any) -> None:
    settings.PORTAL_SANDBOX_URL = "http://127.0.0.1:8123/api/v1"
    account = create_default_account(team)
    assert (account.source, account.base_url) == ("sandbox", "http://127.0.0.1:8123/api/v1")
    assert account.api_key.startswith("sk-sandbox-")


def test_with_a_key_it_is_the_service(team: Team, settings: Any) -> None:
    settings.DASHSCOPE_API_KEY = KEY
    account = create_default_account(team)
    assert (account.source, account.base_url) == ("environment", settings.DASHSCOPE_BASE_URL)
    assert (account.api_key, account.masked_key) == (KEY, "sk-…aaaa")


def test_a_start_changes_nothing_by_itself(team: Team, settings: Any) -> None:
    settings.DASHSCOPE_API_KEY = KEY
    create_default_account(team)
    before = list(ProviderAccount.objects.values())
    start(settings, key=KEY)
    assert list(ProviderAccount.objects.values()) == before
    assert AuditEntry.objects.count() == 1


def test_a_start_makes_no_account_for_a_team_that_has_none(team: Team, settings: Any) -> None:
    start(settings, key=KEY)
    assert not team.accounts.exists()


def test_a_changed_key_is_taken_over(team: Team, settings: Any) -> None:
    settings.DASHSCOPE_API_KEY = KEY
    create_default_account(team)
    start(settings, key=OTHER_KEY)
    assert team.accounts.get().api_key == OTHER_KEY
    entry = AuditEntry.objects.first()
    assert entry
    assert (entry.actor, entry.verb, entry.detail) == (None, "account_key_changed", {"key": "sk-…bbbb"})


def test_the_sandbox_may_move(team: Team, settings: Any) -> None:
    create_default_account(team)
    start(settings, sandbox="http://127.0.0.1:9999/api/v1")
    assert team.accounts.get().base_url == "http://127.0.0.1:9999/api/v1"
    start(settings)
    assert team.accounts.get().base_url == "http://127.0.0.1:9999/api/v1"


def test_a_key_lets_the_sandbox_rest_and_the_other_way_round(team: Team, settings: Any) -> None:
    create_default_account(team)
    assert usable(team) == ["Sandbox"]
    start(settings, key=KEY)
    assert usable(team) == ["DashScope"]
    start(settings)
    assert usable(team) == ["Sandbox"]
    assert team.accounts.count() == 2


def test_there_is_no_moment_in_which_the_wrong_one_is_asked(team: Team, settings: Any) -> None:
    account = create_default_account(team)
    settings.DASHSCOPE_API_KEY = KEY
    assert usable(team) == []
    assert not account.is_usable
    assert account.is_resting


def test_an_account_on_the_sandbox_keeps_its_address_and_key(team: Team, settings: Any) -> None:
    account = create_default_account(team)
    start(settings, key=KEY)
    kept = ProviderAccount.objects.get(pk=account.pk)
    assert (kept.base_url, kept.api_key) == (account.base_url, account.api_key)


def test_an_account_that_an_admin_entered_is_always_usable(account: ProviderAccount, settings: Any) -> None:
    start(settings, key=KEY)
    assert usable(account.team) == ["Main"]
    start(settings)
    assert usable(account.team) == ["Main"]


def test_what_an_admin_switched_off_stays_off(team: Team, settings: Any) -> None:
    account = create_default_account(team)
    ProviderAccount.objects.filter(pk=account.pk).update(is_active=False)
    for key in (KEY, ""):
        start(settings, key=key)
    assert usable(team) == []


def test_the_environments_key_is_for_the_first_team_alone(team: Team, other: Team, settings: Any) -> None:
    for each in (team, other):
        create_default_account(each)
    start(settings, key=KEY)
    assert (usable(team), usable(other)) == (["DashScope"], [])


def test_a_name_that_is_taken_gets_a_number(account: ProviderAccount) -> None:
    ProviderAccount.objects.update(name="Sandbox")
    assert create_default_account(account.team).name == "Sandbox 2"


def test_a_key_that_cannot_be_decrypted_does_not_keep_the_portal_from_starting(team: Team, settings: Any) -> None:
    settings.DASHSCOPE_API_KEY = KEY
    create_default_account(team)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE teams_provideraccount SET api_key = 'broken'")
    start(settings, key=KEY)
    assert team.accounts.get().api_key == KEY
