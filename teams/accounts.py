"""Provider accounts: add, change, and the default account that comes from the environment's key or the sandbox.

What an admin enters is checked in `teams.forms`. Every change is recorded and announced by `account_changed`.
"""

from __future__ import annotations

import secrets

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from teams import audit
from teams.models import ProviderAccount, Team, User
from teams.signals import account_changed

Source = ProviderAccount.Source
NOTE_LENGTH = 200
SANDBOX_URL = "http://127.0.0.1:8001/api/v1"  # until `manage.py portal` says where the sandbox listens


def save_new(account: ProviderAccount, actor: User | None) -> None:
    """Keep a new account."""
    with transaction.atomic():
        account.save()
        audit.record(account.team, actor, "account_added", account.name, source=account.source)
        account_changed.send(ProviderAccount, account=account)


def save_changes(account: ProviderAccount, actor: User | None, changed: list[str], key: str = "") -> None:
    """Keep the fields that were changed and, where one is given, another key; the one before is gone. Both at once:
    the old key must not be sent to a new address."""
    with transaction.atomic():
        if changed:
            account.save(update_fields=changed)
            audit.record(account.team, actor, "account_changed", account.name, fields=changed)
        if key:
            account.set_key(key)
            account.save(update_fields=["api_key", "key_last4"])
            audit.record(account.team, actor, "account_key_changed", account.name, key=account.masked_key)
        if changed or key:
            account_changed.send(ProviderAccount, account=account)


def switch(account: ProviderAccount, actor: User, *, on: bool, note: str = "") -> bool:
    """Switch the account on, or off with a note why. False: it was so already."""
    on_again = {"paused_at": None, "paused_by": None, "pause_note": ""}
    off = {"paused_at": timezone.now(), "paused_by": actor, "pause_note": note[:NOTE_LENGTH]}
    with transaction.atomic():
        switched = ProviderAccount.objects.filter(pk=account.pk, is_active=not on)
        if switched.update(is_active=on, **(on_again if on else off)) != 1:
            return False
        account.is_active = on
        why = {"note": note} if note and not on else {}
        verb = "account_switched_on" if on else "account_switched_off_because" if why else "account_switched_off"
        audit.record(account.team, actor, verb, account.name, **why)
        account_changed.send(ProviderAccount, account=account)
    return True


def create_default_account(team: Team) -> ProviderAccount:
    """Give the team an account with the environment's key, or one on the sandbox where there is none."""
    if settings.DASHSCOPE_API_KEY:
        account = ProviderAccount(team=team, source=Source.ENVIRONMENT, base_url=settings.DASHSCOPE_BASE_URL)
        account.name = _free_name(team, "DashScope")
        account.set_key(settings.DASHSCOPE_API_KEY)
    else:
        account = ProviderAccount(team=team, source=Source.SANDBOX, base_url=_sandbox_url())
        account.name = _free_name(team, "Sandbox")
        account.set_key(f"sk-sandbox-{secrets.token_hex(16)}")
    save_new(account, None)
    return account


def refresh_default_accounts() -> None:
    """Bring the default accounts up to date with the environment, at each start.

    A changed key or address is taken over. A team whose default account is of the other world (made on the sandbox,
    and now there is a key; or the other way round) gets one of this world. The environment's key goes to the first
    team alone, the one that set-up made: who shares a key sees each other's jobs in the service's list.
    """
    for team in Team.objects.order_by("pk"):
        with transaction.atomic():
            Team.objects.select_for_update().get(pk=team.pk)  # several hosts may start at once
            _refresh(team, is_first=not Team.objects.filter(pk__lt=team.pk).exists())


def _refresh(team: Team, *, is_first: bool) -> None:
    # a key that can no longer be decrypted must not keep the portal from starting
    defaults = ProviderAccount.objects.filter(team=team).exclude(source=Source.ENTERED)
    current = defaults.exclude(source__in=ProviderAccount.resting_sources())
    may_have_one = is_first or not settings.DASHSCOPE_API_KEY
    if may_have_one and defaults.exists() and not current.exists():
        create_default_account(team)
    for account in current:
        url = settings.DASHSCOPE_BASE_URL if settings.DASHSCOPE_API_KEY else _sandbox_url(account.base_url)
        key = settings.DASHSCOPE_API_KEY
        changed = ["base_url"] if account.base_url != url else []
        account.base_url = url
        save_changes(account, None, changed, key="" if not key or _has_key(account, key) else key)


def _sandbox_url(known: str = SANDBOX_URL) -> str:
    return settings.PORTAL_SANDBOX_URL or known


def _has_key(account: ProviderAccount, key: str) -> bool:
    try:
        return bool(account.api_key == key)
    except InvalidToken:  # PORTAL_ENCRYPTION_KEYS no longer holds the key that it was encrypted with
        return False


def _free_name(team: Team, stem: str) -> str:
    name, number = stem, 1
    while ProviderAccount.objects.filter(team=team, name=name).exists():
        number += 1
        name = f"{stem} {number}"
    return name
