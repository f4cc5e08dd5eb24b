"""What keeps an account from working, how long to leave it alone, and how it recovers."""

from __future__ import annotations

import random

from django.utils import timezone

from jobs.clocks import LONGEST
from jobs.dashscope import DashScopeError, KeyRefused, MoneyTrouble, TooFast, Unreachable
from jobs.models import AccountSync
from jobs.passes import Pass

Trouble = AccountSync.Trouble

FIRST_PAUSE = 4.0
LONGEST_PAUSE = 300.0
# What the service may ask us to wait at most; more is looked at again after this long.
LONGEST_WAIT = LONGEST.total_seconds()


def note(run: Pass, error: DashScopeError, *, needs_admin: bool = False) -> None:
    """Write down the trouble (its first time counts as since when), inside `lease.writing()`.

    `needs_admin`: it came from a create, so no look that works ends it, only an administrator who acts.
    """
    kind = kind_of(error)
    if run.sync.trouble != kind:
        run.remember(trouble=kind, trouble_since=timezone.now())
        run.account.team.bump()
    failures = run.sync.failures + 1
    run.remember(trouble_text=str(error), failures=failures, needs_admin=needs_admin or run.sync.needs_admin)
    run.look_again_in(max(pause(failures), asked_to_wait(error)))


def clear(run: Pass) -> None:
    """A look has worked."""
    if run.sync.trouble and not run.sync.needs_admin:
        run.remember(trouble="", trouble_since=None, trouble_text="")
        run.account.team.bump()
    run.remember(failures=0, looked_at=timezone.now())


def asked_to_wait(error: DashScopeError) -> float:
    """Seconds that the service asked us to wait, 0 if it did not."""
    return min(error.retry_after or 0.0, LONGEST_WAIT)


def kind_of(error: DashScopeError) -> Trouble:
    match error:
        case KeyRefused():
            return Trouble.KEY_REFUSED
        case MoneyTrouble():
            return Trouble.MONEY
        case TooFast():
            return Trouble.TOO_FAST
        case Unreachable():
            return Trouble.UNREACHABLE
        case _:
            return Trouble.SERVICE_DOWN


def pause(failures: int, first: float = FIRST_PAUSE) -> float:
    """Seconds until the next try: doubling from `first` to 5 min, by up to a quarter less so that accounts spread."""
    full = min(LONGEST_PAUSE, first * 2.0 ** min(failures - 1, 10))
    return full * random.uniform(0.75, 1)  # noqa: S311  no secret
