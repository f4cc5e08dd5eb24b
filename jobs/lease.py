"""The lease of a provider account: one pass at a time, over any number of workers and machines.

A pass writes only inside `Lease.writing()`: it locks the account's row on the condition that the lease is still its
own, so a pass that slept past its lease and was overtaken writes nothing more.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from jobs.clocks import reached
from jobs.models import AccountSync

# Longer than the longest single call, its tries included (`clients.DEADLINE`), with room for a slow database; a pass
# that was killed holds its account up for so long.
DURATION = timedelta(seconds=30)


def is_free() -> Q:
    """A filter: no pass is at work, or it has been silent for too long."""
    return Q(lease_token="") | reached("lease_until", longest=2 * DURATION)


class LeaseLost(Exception):
    """Another pass has taken over; whatever this one still wanted to write is void."""


@dataclass
class Lease:
    """A lease that was taken. `rings` is the number of rings that the pass has heard."""

    account_id: int
    token: str
    rings: int

    @classmethod
    def take(cls, account_id: int) -> Lease | None:
        """Take the lease, None while another pass has it."""
        token = secrets.token_hex(16)
        until = timezone.now() + DURATION
        taken = AccountSync.objects.filter(is_free(), pk=account_id).update(lease_token=token, lease_until=until)
        if taken != 1:
            return None
        lease = cls(account_id, token, rings=0)
        lease.hear()
        return lease

    def hear(self) -> None:
        """From here on the pass answers for all rings so far."""
        self.rings = AccountSync.objects.values_list("rings", flat=True).get(pk=self.account_id)

    def renew(self) -> None:
        """Hold the lease for its full length from now; raises LeaseLost. Call it before each call to the service."""
        if self._mine().update(lease_until=timezone.now() + DURATION) != 1:
            raise LeaseLost(f"account {self.account_id}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in which the lease is surely held: its row stays locked until the commit."""
        with transaction.atomic():
            self.renew()
            yield

    def give_back(self, next_look_at: datetime) -> bool:
        """End the pass, unless someone has rung meanwhile: then the lease stays held and the answer is False."""
        quiet = self._mine().filter(rings=self.rings)
        return quiet.update(lease_token="", lease_until=None, next_look_at=next_look_at) == 1

    def drop(self, next_look_at: datetime) -> None:
        """Let go of a pass that did not end well, so that the next need not wait for the lease to run out."""
        self._mine().update(lease_token="", lease_until=None, next_look_at=next_look_at)

    def _mine(self) -> models.QuerySet[AccountSync]:
        return AccountSync.objects.filter(pk=self.account_id, lease_token=self.token)
