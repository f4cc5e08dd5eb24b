"""What jobs does when something changes elsewhere."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from jobs import bell
from teams.models import ProviderAccount
from teams.signals import account_changed


@receiver(account_changed)
def look_at_account(sender: Any, account: ProviderAccount, **kwargs: Any) -> None:
    bell.account_changed(account)
