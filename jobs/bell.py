"""The doorbell of a provider account: something has changed here, look soon."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from finetune_portal.doorbell import wake
from jobs.models import AccountSync
from teams.models import ProviderAccount


def ring(account: ProviderAccount) -> None:
    """Make the account due now and wake a worker after the commit. Lost messages do no harm: a sweep finds what is
    due; a pass that is at work already sees the new number of rings and looks once more."""
    from jobs.tasks import sync_account

    AccountSync.objects.get_or_create(account=account)
    AccountSync.objects.filter(account=account).update(rings=F("rings") + 1, next_look_at=timezone.now())
    wake(sync_account, account.pk)


@transaction.atomic
def account_changed(account: ProviderAccount) -> None:
    """An admin has acted on the account: whatever stood in its way counts as gone until the service says it again."""
    AccountSync.objects.filter(account=account).update(
        trouble="", trouble_since=None, trouble_text="", failures=0, create_after=None, needs_admin=False
    )
    account.team.bump()
    ring(account)
