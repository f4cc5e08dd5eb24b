"""The quota as a rack of bays, one rack a provider account: what holds each slot, and which are free."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from jobs import queries, quotas
from jobs.looks import ELSEWHERE, Look, look_of
from jobs.models import AccountSync, Job, ProviderJob
from jobs.states import State
from teams.models import ProviderAccount, Team


@dataclass(frozen=True)
class Bay:
    """One slot: the job that holds it (ours, else one made elsewhere, else an open intent), or nobody."""

    look: Look
    word: str
    name: str = ""
    job: Job | None = None
    since: datetime | None = None

    @property
    def frees(self) -> bool:
        """Can a click here free the slot?"""
        return self.job is not None and self.job.holds_slot and self.job.free_requested_at is None


@dataclass
class Rack:
    """An account with its bays: the held ones first, then the free ones. `waiting` are the places in the queue of the
    jobs that wait for these, those on hold left out."""

    account: ProviderAccount
    quota: quotas.Quota
    sync: AccountSync | None
    held: list[Bay]
    elsewhere: list[ProviderJob] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)

    @property
    def is_ailing(self) -> bool:
        """Is something in the way of the account?"""
        return self.sync is not None and bool(self.sync.trouble)

    @property
    def free(self) -> int:
        return self.quota.free_slots

    @property
    def free_words(self) -> list[str]:
        """What each free bay is for."""
        return [self._free_word(place) for place in range(self.free)]

    def _free_word(self, place: int) -> str:
        if not self.account.is_usable:
            return _("the account is switched off")
        if place >= len(self.waiting):
            return _("nothing waits for it")
        waiting = {"place": self.waiting[place]}
        if place == 0 and self.quota.may_run:
            return _("for #%(place)s, next") % waiting
        return _("for #%(place)s, when the running slot is free") % waiting

    @property
    def holders(self) -> list[Job]:
        """Our succeeded jobs whose slots can be freed, the oldest first."""
        return [bay.job for bay in self.held if bay.job is not None and bay.frees]


def racks_of(team: Team) -> list[Rack]:
    """Every rack of the team, in four queries."""
    existing = list(queries.existing_at_service(team))
    intents = list(queries.open_intents(team))
    return [
        _rack(
            account,
            [seen for seen in existing if seen.account_id == account.pk],
            [job for job in intents if job.account_id == account.pk],
        )
        for account in queries.accounts_of(team)
    ]


def _rack(account: ProviderAccount, existing: list[ProviderJob], intents: list[Job]) -> Rack:
    quota = quotas.count(
        [seen.status for seen in existing],
        intents=len(intents),
        max_running=account.max_running,
        max_existing=account.max_existing,
    )
    return Rack(
        account=account,
        quota=quota,
        sync=getattr(account, "sync", None),
        held=sorted([*_seen(existing), *map(_of_ours, intents)], key=_place),
        elsewhere=[seen for seen in existing if seen.job is None],
    )


def _seen(existing: Iterable[ProviderJob]) -> Iterable[Bay]:
    for seen in existing:
        if seen.job is not None:
            yield _of_ours(seen.job)
        else:
            name = seen.name or seen.provider_job_id
            yield Bay(ELSEWHERE, _("Made elsewhere"), name=name, since=seen.created_at)


def _of_ours(job: Job) -> Bay:
    word = _("Canceling…") if job.is_canceling else str(State(job.state).label)
    return Bay(look_of(job), word, name=job.name, job=job, since=job.state_since)


def _place(bay: Bay) -> int:
    """Running ones first: the eye looks for them at the left. Then what moves, what stays, and others' jobs."""
    if bay.job is None:
        return 3
    if bay.job.state == State.RUNNING:
        return 0
    return 2 if bay.job.is_final else 1
