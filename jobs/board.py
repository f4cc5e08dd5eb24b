"""What the board of a team shows, read in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.core.paginator import Page, Paginator
from django.utils import timezone

from jobs import queries
from jobs.models import Job
from jobs.order import places
from jobs.racks import Rack, racks_of
from jobs.reasons import jobs_named
from jobs.rows import Known, Row, row_of
from jobs.states import State
from jobs.wording import Said, listed, trouble
from teams.models import ProviderAccount, Team

FINISHED_A_PAGE = 25
# So many jobs of the queue are shown; the rest is counted.
QUEUE_SHOWN = 100
# Open jobs that nobody looked after for this long mean that no worker runs.
UNATTENDED = timedelta(minutes=10)


@dataclass
class Queue:
    """The queue of one account. From row number `sill` (from 0) on no slot is left; None: all fit. `held` jobs are
    passed over."""

    account: ProviderAccount
    rows: list[Row]
    length: int
    held: int
    free: int
    holders: list[Job]

    @property
    def sill(self) -> int | None:
        going = (at for at, row in enumerate(self.rows) if not row.job.is_held)
        return next(islice(going, self.free, None), None)

    @property
    def stuck(self) -> int:
        """How many wait without a slot to wait for."""
        return max(0, self.length - self.held - self.free)

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.length - len(self.rows)

    @property
    def holder_names(self) -> str:
        return listed(job.name for job in self.holders)


@dataclass
class Ailment:
    """An account that cannot work as it should: a trouble (`said`), nobody looks at it (`unseen_since`), else it is
    switched off."""

    account: ProviderAccount
    said: Said | None = None
    unseen_since: datetime | None = None


@dataclass
class Board:
    """The whole board, as of `cursor`."""

    cursor: str
    racks: list[Rack]
    service: list[Row]
    queues: list[Queue]
    finished: Page[Job]
    rows: list[Row]
    ailments: list[Ailment] = field(default_factory=list)

    @property
    def running(self) -> list[Row]:
        return [row for row in self.service if row.job.state == State.RUNNING]

    @property
    def starting(self) -> list[Row]:
        return [row for row in self.service if row.job.state in (State.PENDING, State.SUBMITTING)]

    @property
    def waiting(self) -> int:
        """How many wait, those on hold left out."""
        return sum(queue.length - queue.held for queue in self.queues)

    @property
    def held(self) -> int:
        return sum(queue.held for queue in self.queues)

    @property
    def stuck(self) -> int:
        """How many wait without a slot to wait for."""
        return sum(queue.stuck for queue in self.queues)

    @property
    def free(self) -> int:
        return sum(rack.free for rack in self.racks if rack.account.is_usable and not rack.is_ailing)

    @property
    def elsewhere_count(self) -> int:
        return sum(len(rack.elsewhere) for rack in self.racks)

    @property
    def at_service_count(self) -> int:
        return len(self.service) + self.elsewhere_count

    @property
    def is_empty(self) -> bool:
        return not (self.at_service_count or self.queues or self.finished.paginator.count)


def read_board(team: Team, *, newer_than: int | None = None, page: str = "1", asking: int | None = None) -> Board:
    """Read the board. `team` was read before this call: its cursor is older than the rows or as old, so that a change
    in between shows again rather than never. `asking` is the job whose row asks something."""
    cursor = str(team.cursor)
    racks = racks_of(team)
    service = list(queries.at_service(team))
    queued = list(queries.queued(team, QUEUE_SHOWN))
    lengths = queries.queue_lengths(team)
    finished = Paginator(queries.finished(team), FINISHED_A_PAGE).get_page(page)
    done = list(finished)
    known = known_for(team, queued)
    busy = [rack for rack in racks if rack.account.pk in lengths]
    return Board(
        cursor=cursor,
        racks=racks,
        service=[row_of(job, known, newer_than=newer_than, asks=job.pk == asking) for job in service],
        queues=[
            _queue(rack, queued, lengths[rack.account.pk], known, newer_than=newer_than, asking=asking) for rack in busy
        ],
        finished=finished,
        rows=[row_of(job, known, newer_than=newer_than, asks=job.pk == asking) for job in done],
        ailments=_ailments(racks, {job.account_id for job in service} | set(lengths)),
    )


def known_for(team: Team, jobs: list[Job]) -> Known:
    """What the rows of these jobs need to be put into words, in two queries."""
    ids = {pk for job in jobs for pk in jobs_named(job)}
    return Known(queries.names_of(team, ids), queries.default_epochs())


def _queue(
    rack: Rack, queued: list[Job], counts: tuple[int, int], known: Known, *, newer_than: int | None, asking: int | None
) -> Queue:
    jobs = [job for job in queued if job.account_id == rack.account.pk]
    length, held = counts
    stand = list(zip(jobs, places(jobs, length), strict=True))
    rack.waiting = [place.number for job, place in stand if not job.is_held]
    return Queue(
        account=rack.account,
        rows=[row_of(job, known, newer_than=newer_than, place=place, asks=job.pk == asking) for job, place in stand],
        length=length,
        held=held,
        free=rack.free,
        holders=rack.holders,
    )


def _ailments(racks: list[Rack], busy: set[int]) -> list[Ailment]:
    ailments = []
    for rack in racks:
        sync = rack.sync
        looked = sync.looked_at if sync else None
        if not rack.account.is_usable:
            ailments.append(Ailment(rack.account))
        elif sync and sync.trouble:
            ailments.append(Ailment(rack.account, trouble(sync)))
        elif rack.account.pk in busy and looked and timezone.now() - looked > UNATTENDED:
            ailments.append(Ailment(rack.account, unseen_since=looked))
    return ailments
