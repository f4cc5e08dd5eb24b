"""What keeps an account from working, how long to leave it alone, and how it recovers."""

from __future__ import annotations

import random

from django.utils import timezone

from jobs.dashscope import DashScopeError, KeyRefused, MoneyTrouble, TooFast, Unreachable
from jobs.models import AccountSync
from jobs.passes import Pass

Trouble = AccountSync.Trouble

# With these no job is created until an administrator acts; a look that works ends the others by itself.
STOPS_CREATING = frozenset({Trouble.KEY_REFUSED, Trouble.MONEY})

FIRST_PAUSE = 4.0
LONGEST_PAUSE = 300.0


def note(run: Pass, error: DashScopeError) -> None:
    """Write down the trouble (its first time counts as since when), inside `lease.writing()`."""
    kind = kind_of(error)
    if run.sync.trouble != kind:
        run.remember(trouble=kind, trouble_since=timezone.now())
        run.account.team.bump()
    run.remember(trouble_text=str(error), failures=run.sync.failures + 1)
    run.look_again_in(max(pause(run.sync.failures), error.retry_after or 0))


def clear(run: Pass) -> None:
    """A look has worked. Money stays a trouble until someone says that it is paid."""
    if run.sync.trouble and run.sync.trouble != Trouble.MONEY:
        run.remember(trouble="", trouble_since=None, trouble_text="")
        run.account.team.bump()
    run.remember(failures=0, looked_at=timezone.now())


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


def pause(failures: int) -> float:
    """Seconds until the next probe: doubling from 4 s to 5 min, by up to a quarter less so that accounts spread."""
    full = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 10))
    return full * random.uniform(0.75, 1)  # noqa: S311  no secret
