"""The sync loop: one pass takes an account from what is to what is wanted. The only code that talks to the service.

It is a reconcile loop: it works from state, not from messages. Running it twice does no harm, not running it loses
nothing. A pass is short and ends by deciding when to look again.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from jobs import trouble
from jobs.clocks import reached
from jobs.dashscope import DashScopeError, FineTuneList, ServiceDown
from jobs.ending import cancel_wanted, free_wanted
from jobs.following import follow_logs
from jobs.lease import DURATION, Lease, LeaseLost, is_free
from jobs.models import AccountSync
from jobs.passes import Pass
from jobs.reconcile import reconcile
from jobs.states import State
from jobs.submission import submit_queued
from jobs.waiting import explain
from teams.models import ProviderAccount

log = logging.getLogger(__name__)

# Seconds between looks: while a job runs, while one only waits, and when nothing is on.
WHILE_RUNNING = 6.0
WHILE_WAITING = 10.0
WHEN_IDLE = 60.0
# Rings during a pass make another round of it; this many at most, then others get their turn.
ROUNDS = 10
# A list that cannot be read whole so often in a row is no accident.
INCOMPLETE_LOOKS = 5
# Seconds after a pass that ended with an error of our own.
AFTER_CRASH = 15.0


def sync(account_id: int) -> None:
    """Run a pass over the account, and again while people ring. Returns at once if another pass is at work."""
    AccountSync.objects.get_or_create(account_id=account_id)
    lease = Lease.take(account_id)
    if lease is None:
        return
    try:
        for _ in range(ROUNDS):
            lease.hear()
            seconds = _pass(lease)
            if lease.give_back(timezone.now() + timedelta(seconds=seconds)):
                return
        lease.drop(timezone.now())
    except LeaseLost:
        log.warning("account %s: another pass took over", account_id)
        return
    finally:
        lease.drop(timezone.now() + timedelta(seconds=AFTER_CRASH))


def due_accounts() -> list[int]:
    """Accounts that want a look now. Those that were never looked at have no row yet."""
    usable = ProviderAccount.objects.usable()
    new = usable.filter(sync=None).values_list("pk", flat=True)
    time = reached("next_look_at")
    clock_was_put_back = Q(looked_at__gt=timezone.now() + DURATION)
    due = AccountSync.objects.filter(is_free(), time | clock_was_put_back, account__in=usable)
    return [*new, *due.values_list("pk", flat=True)]


def _pass(lease: Lease) -> float:
    """One round; returns the seconds until the next look."""
    account = ProviderAccount.objects.select_related("team", "sync").get(pk=lease.account_id)
    with Pass(account=account, sync=account.sync, lease=lease) as run:
        seen = account.is_usable and _look_and_act(run)
        explain(run)
        return _next_look(run, seen=seen)


def _look_and_act(run: Pass) -> bool:
    """False if the service could not be looked at."""
    run.lease.renew()
    try:
        listed = run.client.list_fine_tunes()
    except DashScopeError as error:
        log.warning("account %s: %s", run.account.pk, error)
        with run.lease.writing():
            trouble.note(run, error)
        return False
    with run.lease.writing():
        trouble.clear(run)
    reconcile(run, listed)
    cancel_wanted(run)
    free_wanted(run)
    if _says_enough(run, listed):
        submit_queued(run)
    follow_logs(run)
    return True


def _says_enough(run: Pass, listed: FineTuneList) -> bool:
    """Is enough known to create something? Not if the list changed while it was read; if it never can be read whole,
    that is a trouble of the account."""
    if listed.complete or listed.skipped:
        if run.sync.incomplete_looks:
            run.remember(incomplete_looks=0)
        return True
    looks = run.sync.incomplete_looks + 1
    with run.lease.writing():
        run.remember(incomplete_looks=looks)
        if looks >= INCOMPLETE_LOOKS:
            trouble.note(run, ServiceDown("The service's list of jobs does not agree with the number that it names."))
        else:
            run.look_again_in(1)
    return False


def _next_look(run: Pass, *, seen: bool) -> float:
    live = run.jobs().filter(state__in=[State.SUBMITTING, State.PENDING, State.RUNNING]).exists()
    waiting = run.jobs().filter(state=State.QUEUED).exists()
    if not seen:
        return min(run.soon, default=trouble.LONGEST_PAUSE)
    usual = WHILE_RUNNING if live else WHILE_WAITING if waiting else WHEN_IDLE
    return min([usual, *run.soon])
