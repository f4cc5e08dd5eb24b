"""A client for a provider account. The only place where a key is decrypted."""

from __future__ import annotations

from cryptography.fernet import InvalidToken

from jobs.dashscope import Client, KeyRefused
from teams.models import ProviderAccount

# Seconds for a call with its tries; less than a lease.
DEADLINE = 20.0


def client_for(account: ProviderAccount) -> Client:
    """Raises KeyRefused for an account that cannot be asked at all, so that it is told as any other refusal is."""
    try:
        return Client(account.base_url, account.api_key, workspace=account.workspace, deadline=DEADLINE)
    except InvalidToken:
        raise KeyRefused("The stored key cannot be decrypted any more: enter it again.") from None
    except ValueError as error:
        raise KeyRefused(str(error)) from None
