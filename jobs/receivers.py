"""What jobs does when something changes elsewhere."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from jobs import bell
from teams.models import ProviderAccount
from teams.signals import account_changed


@receiver(account_changed)
def look_at_account(sender: Any, account: ProviderAccount, **kwargs: Any) -> None:
    """After the commit: inside the change the team may be locked already, and everyone locks the account first."""
    transaction.on_commit(partial(bell.account_changed, account))
