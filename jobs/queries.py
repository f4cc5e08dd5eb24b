"""What the pages of jobs read. Every query starts from the team of the person asking."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.shortcuts import get_object_or_404
from django.utils import timezone

from datasets.models import Dataset
from jobs.models import HyperParameter, Job, JobEvent, ProviderJob
from jobs.order import Place, in_order
from jobs.quotas import ENDED_WITHOUT_SLOT
from jobs.states import AT_SERVICE, FINAL, State
from teams.models import ProviderAccount, Team, User

SHOWN_FIRST = [State.RUNNING, State.PENDING, State.SUBMITTING, State.LOST]


def jobs_of(team: Team) -> QuerySet[Job]:
    """The team's jobs with what a row says of them."""
    return Job.objects.filter(team=team).select_related(
        "team", "account__paused_by", "dataset", "created_by", "held_by", "cancel_requested_by", "free_requested_by"
    )


def job_or_404(team: Team, pk: int) -> Job:
    return get_object_or_404(jobs_of(team).select_related("validation_dataset", "run_of"), pk=pk)


def at_service(team: Team) -> QuerySet[Job]:
    """Jobs that the service knows or may know, those that run first."""
    order = [When(state=state, then=Value(place)) for place, state in enumerate(SHOWN_FIRST)]
    rank = Case(*order, output_field=IntegerField())
    return jobs_of(team).filter(state__in=AT_SERVICE).alias(rank=rank).order_by("rank", "created_at", "pk")


def queued(team: Team, most: int) -> QuerySet[Job]:
    """The first `most` jobs of each account's queue."""
    place = Window(RowNumber(), partition_by="account", order_by=["position", "pk"])
    return in_order(jobs_of(team).filter(state=State.QUEUED).annotate(place=place).filter(place__lte=most))


def place_of(job: Job) -> Place | None:
    """A job's place in the queue of its account, None if it does not wait."""
    if job.state != State.QUEUED:
        return None
    before = Q(position__lt=job.position) | Q(position=job.position, pk__lt=job.pk)
    queue = Job.objects.filter(account=job.account_id, state=State.QUEUED)
    ahead = Count("pk", filter=before & Q(held_at=None))
    counted = queue.aggregate(before=Count("pk", filter=before), length=Count("pk"), ahead=ahead)
    return Place(counted["before"] + 1, counted["length"], counted["ahead"])


def people_waiting(team: Team) -> dict[int, list[tuple[int, bool]]]:
    """Whose jobs wait and whether they are held, in the queue's order, by the account's id."""
    people: dict[int, list[tuple[int, bool]]] = {}
    queued = in_order(Job.objects.filter(team=team, state=State.QUEUED))
    for account, person, held_at in queued.values_list("account_id", "created_by_id", "held_at"):
        people.setdefault(account, []).append((person, held_at is not None))
    return people


def queue_lengths(team: Team) -> dict[int, tuple[int, int]]:
    """How many jobs wait and how many of them are held, by the account's id; accounts without any are left out."""
    queued = Job.objects.filter(team=team, state=State.QUEUED).order_by().values_list("account")
    counts = queued.annotate(waiting=Count("pk"), held=Count("pk", filter=Q(held_at__isnull=False)))
    return {account: (waiting, held) for account, waiting, held in counts}


def finished(team: Team) -> QuerySet[Job]:
    return jobs_of(team).filter(state__in=FINAL).order_by("-ended_at", "-pk")


def accounts_of(team: Team) -> list[ProviderAccount]:
    """The accounts that the board shows: those in use, and others that still have open jobs."""
    accounts = team.accounts.select_related("sync", "paused_by").order_by("name")
    busy = set(Job.objects.filter(team=team).exclude(state__in=FINAL).values_list("account", flat=True))
    return [account for account in accounts if account.is_usable or account.pk in busy]


def existing_at_service(team: Team) -> QuerySet[ProviderJob]:
    """What holds a slot, as the service's lists last showed it, ours and others', the oldest first."""
    return (
        ProviderJob.objects.filter(account__team=team)
        .exclude(status__in=ENDED_WITHOUT_SLOT)
        .select_related("job", "job__cancel_requested_by")
        .order_by("created_at", "pk")
    )


def open_intents(team: Team) -> QuerySet[Job]:
    """Jobs whose create call is on its way or without an answer, and not in the service's list yet."""
    return Job.objects.filter(team=team, state=State.SUBMITTING, provider_job__isnull=True).order_by("intent_at", "pk")


def holders(team: Team, job: Job) -> list[Job]:
    """The succeeded jobs that hold the slots for which a queued job waits, those that can be freed."""
    ids = job.wait_detail.get("jobs") or []
    freeable = Job.objects.filter(team=team, pk__in=ids, state=State.SUCCEEDED, freed_at=None, free_requested_at=None)
    return list(freeable.order_by("ended_at")) if ids else []


def events_of(job: Job) -> QuerySet[JobEvent]:
    """A job's timeline, newest first."""
    return job.events.select_related("actor").order_by("-at", "-pk")


def names_of(team: Team, ids: Iterable[int]) -> dict[int, str]:
    wanted = set(ids)
    return dict(Job.objects.filter(team=team, pk__in=wanted).values_list("pk", "name")) if wanted else {}


def default_epochs() -> dict[str, str]:
    """Each base model's default of `n_epochs`, by the model's name."""
    rows = HyperParameter.objects.filter(name="n_epochs").values_list("base_model__name", "default")
    return dict(rows)


def jobs_with_dataset(dataset: Dataset) -> QuerySet[Job]:
    """Jobs that train on it or are measured by it, newest first."""
    used = Q(dataset=dataset) | Q(validation_dataset=dataset)
    return jobs_of(dataset.team).filter(used).order_by("-created_at", "-pk")


def just_queued(team: Team, actor: User, **same: Any) -> Job | None:
    """The job that the same person queued with the same settings a moment ago: a second click, not a second wish."""
    a_moment_ago = timezone.now() - timedelta(seconds=5)
    return jobs_of(team).filter(created_by=actor, created_at__gte=a_moment_ago, **same).first()
