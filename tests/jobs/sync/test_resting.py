"""An account made on the sandbox is never asked of the real service, and the other way round."""

from __future__ import annotations

from typing import Any

import pytest

from jobs import bell
from jobs.sync import due_accounts
from teams.models import ProviderAccount

ENTERED, ENVIRONMENT, SANDBOX = ProviderAccount.Source.values


@pytest.mark.parametrize("rung", [False, True])
@pytest.mark.parametrize(
    ("key", "source", "asked"),
    [
        ("", SANDBOX, True),
        ("", ENVIRONMENT, False),
        ("", ENTERED, True),
        ("sk-environment-key", SANDBOX, False),
        ("sk-environment-key", ENVIRONMENT, True),
        ("sk-environment-key", ENTERED, True),
    ],
)
def test_only_accounts_of_this_world_are_due(
    account: ProviderAccount, settings: Any, key: str, source: str, asked: bool, rung: bool
) -> None:
    settings.DASHSCOPE_API_KEY = key
    ProviderAccount.objects.update(source=source)
    if rung:
        bell.ring(account)
    assert due_accounts() == ([account.pk] if asked else [])


def test_an_account_that_is_switched_off_is_not_due(account: ProviderAccount) -> None:
    ProviderAccount.objects.update(is_active=False)
    assert due_accounts() == []
