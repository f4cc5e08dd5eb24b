"""Signals of teams. `teams` knows nothing of jobs: who has to look at an account again connects here."""

from __future__ import annotations

from django.dispatch import Signal

account_changed = Signal()
"""Sent with `account` when its key, address, limits or switch changed, inside the transaction of the change."""
