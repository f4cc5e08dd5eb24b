"""What the steps of one pass share: the account, the client, the lease, and where the service's truth is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from django.db.models import QuerySet

from jobs import quotas
from jobs.clients import client_for
from jobs.clocks import is_ahead
from jobs.dashscope import Client, FineTune
from jobs.lease import Lease
from jobs.models import AccountSync, Job, ProviderJob
from jobs.states import State
from teams.models import ProviderAccount


@dataclass
class Pass:
    """One pass over one account. `sync` is the account's memory, `doubled` the ids of jobs at the service that nobody
    wants."""

    account: ProviderAccount
    sync: AccountSync
    lease: Lease
    soon: list[float] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if "client" in self.__dict__:
            self.client.close()

    @cached_property
    def client(self) -> Client:
        """Made at its first use: a key that cannot be used is then told as a refused one."""
        return client_for(self.account)

    def jobs(self) -> QuerySet[Job]:
        return Job.objects.filter(account=self.account).select_related("team", "dataset", "validation_dataset")

    def look_again_in(self, seconds: float) -> None:
        """Wish for the next look; the earliest wish of a pass counts."""
        self.soon.append(seconds)

    def remember(self, **fields: Any) -> None:
        """Write into the account's memory, inside `lease.writing()`."""
        AccountSync.objects.filter(pk=self.account.pk).update(**fields)
        for name, value in fields.items():
            setattr(self.sync, name, value)

    def create_waits_until(self) -> datetime | None:
        """When creates may go on, None if they need not wait."""
        after = self.sync.create_after
        return after if is_ahead(after) else None

    def quota(self) -> quotas.Quota:
        """The quota as the last list and what this pass did since show it."""
        return quotas.count(
            ProviderJob.objects.filter(account=self.account).values_list("status", flat=True),
            intents=self.jobs().filter(state=State.SUBMITTING).count(),
            max_running=self.account.max_running,
            max_existing=self.account.max_existing,
        )

    def saw(self, tune: FineTune, job: Job | None) -> None:
        """Keep a job as the service shows it, inside `lease.writing()`."""
        ProviderJob.objects.update_or_create(
            account=self.account,
            provider_job_id=tune.job_id,
            defaults={
                "job": job,
                "name": tune.job_name[:255],
                "status": tune.status[:64],
                "model": tune.model[:255],
                "creator": tune.creator[:255],
                "created_at": tune.create_time,
            },
        )
