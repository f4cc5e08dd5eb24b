"""A client for a provider account. The only place where a key is decrypted."""

from __future__ import annotations

from jobs.dashscope import Client
from teams.models import ProviderAccount

# Seconds for a call with its tries; less than a lease.
DEADLINE = 20.0


def client_for(account: ProviderAccount) -> Client:
    return Client(account.base_url, account.api_key, workspace=account.workspace, deadline=DEADLINE)
