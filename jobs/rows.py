"""One row of the board: what a job is doing in a word and a sentence, the time that matters, what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from finetune_portal.phrases import sentence, sentences, series
from finetune_portal.templatetags.portal import span
from jobs.costs import spent_so_far
from jobs.failures import Advice, failure_advice
from jobs.looks import Look, look_of
from jobs.models import Job
from jobs.order import Place, Where, place_after
from jobs.progress import Progress, loss_words, progress_of, tokens_words
from jobs.reasons import wait_reason
from jobs.states import OF_SERVICE, State
from jobs.wording import clock, isolate, quoted


@dataclass(frozen=True)
class Known:
    """What rows need beside their job: names of the jobs that reasons speak of, the base models' default epochs."""

    names: Mapping[int, str]
    epochs: Mapping[str, str]


@dataclass(frozen=True)
class Step:
    """A move that a click makes, with the place that it leads to."""

    where: Where
    place: int
    icon: str
    label: str


@dataclass
class Row:
    """A job as the board shows it. Texts for ids and addresses are made here: templates group digits."""

    job: Job
    look: Look
    title: str
    text: str
    when: datetime | None
    when_words: str
    progress: Progress | None = None
    place: Place | None = None
    steps: list[Step] = field(default_factory=list)
    is_new: bool = False
    asks: bool = False

    @property
    def key(self) -> str:
        return f"job-{self.job.pk}"

    @property
    def number(self) -> str:
        return str(self.job.pk)

    @property
    def is_hero(self) -> bool:
        return self.job.state == State.RUNNING and not self.job.is_canceling

    @property
    def losses(self) -> str:
        return loss_words(self.job)

    @property
    def can_cancel(self) -> bool:
        return not self.job.is_final and not self.job.is_canceling

    @property
    def can_free(self) -> bool:
        return self.job.holds_slot and self.job.free_requested_at is None

    @cached_property
    def advice(self) -> Advice | None:
        """Of a failed job."""
        return failure_advice(self.job) if self.job.state == State.FAILED else None

    @property
    def can_hold(self) -> bool:
        return self.job.state == State.QUEUED and not self.job.is_held

    @property
    def question(self) -> str:
        """What the row asks: whether to free its slot or to cancel it, or why to hold it; empty for nothing."""
        if not self.asks:
            return ""
        if self.asks_before_cancel:
            return "cancel"
        return "free" if self.job.holds_slot else "hold" if self.can_hold else ""

    @property
    def asks_before_cancel(self) -> bool:
        """A job that runs has cost something by now."""
        return self.job.state == State.RUNNING and self.can_cancel

    @property
    def spent(self) -> str:
        """What it has probably cost so far."""
        return spent_words(self.job)

    @property
    def step(self) -> str:
        """The next step for a failed job, "again" for the others that have ended."""
        if self.advice:
            return str(self.advice.step)
        return "again" if self.job.is_final or self.job.state == State.LOST else ""


def row_of(
    job: Job, known: Known, *, newer_than: int | None = None, place: Place | None = None, asks: bool = False
) -> Row:
    """`newer_than` is the cursor of what the person already sees; `asks` turns the row into its
    question, if it has one."""
    title, text = _words(job, known, place)
    progress = progress_of(job, known.epochs)
    if job.state == State.RUNNING and not job.is_canceling and progress:
        title = _("Running %(percent)s%%") % {"percent": progress.percent}
    when, when_words = _when(job)
    return Row(
        job=job,
        look=look_of(job),
        title=title,
        text=text,
        when=when,
        when_words=when_words,
        progress=progress,
        place=place,
        steps=list(_steps(job, place)) if place else [],
        is_new=newer_than is not None and job.cursor > newer_than,
        asks=asks,
    )


def _steps(job: Job, place: Place) -> Iterator[Step]:
    """The moves that lead to different places."""
    words = {
        Where.TOP: ("top", _("Move %(name)s to the top, to place %(place)s")),
        Where.UP: ("up", _("Move %(name)s up, to place %(place)s")),
        Where.DOWN: ("lower", _("Move %(name)s down, to place %(place)s")),
    }
    for where, (icon, label) in words.items():
        to = place_after(where, place.number, place.length)
        if to != place.number and not (where == Where.TOP and place.number == 2):
            yield Step(where, to, icon, label % {"name": job.name, "place": to})


def _words(job: Job, known: Known, place: Place | None) -> tuple[str, str]:
    if job.is_canceling:
        return _("Canceling…"), _canceling(job)
    label = str(State(job.state).label)
    match job.state:
        case State.QUEUED:
            title = _("On hold") if job.is_held else ""
            return title, wait_reason(job, known.names, ahead=place.ahead if place else 0).whole
        case State.SUBMITTING:
            return label, _("Sent to the service; its answer is not here yet.")
        case State.PENDING:
            return label, sentences(_own_word(job) or _("The service prepares resources for training."), _refused(job))
        case State.RUNNING:
            progress = progress_of(job, known.epochs)
            return label, sentences(
                sentence(progress.words) if progress else _no_step_yet(job), _own_word(job), _refused(job)
            )
        case State.SUCCEEDED:
            return label, _succeeded(job)
        case State.FAILED:
            advice = failure_advice(job)
            return label, sentences(sentence(advice.short), advice.hint or quoted(job.failure_message))
        case State.CANCELED:
            return label, _canceled(job)
        case _:
            return label, _("The service no longer lists it. We look again at every pass; nothing is sent twice.")


def _own_word(job: Job) -> str:
    """The service's own word where it says more than ours."""
    word = job.provider_status
    if word == "QUEUING":
        return _("It waits at the service for another job to finish.")
    if word and word not in OF_SERVICE:
        return _("%(word)s, as the service calls it.") % {"word": isolate(word)}
    return ""


def _refused(job: Job) -> str:
    if not job.cancel_refusal:
        return ""
    return sentences(_("The service refused to cancel it."), quoted(job.cancel_refusal))


def _no_step_yet(job: Job) -> str:
    return _("The log shows no training step yet.") if job.epoch is None else ""


def _canceling(job: Job) -> str:
    asked = {"time": clock(job.cancel_requested_at)}
    if job.cancel_requested_by:
        said = _("Asked by %(who)s at %(time)s.") % {**asked, "who": isolate(job.cancel_requested_by.username)}
    else:
        said = _("Asked at the service at %(time)s.") % asked
    sent = _("The service has been asked.") if job.cancel_sent_at or not job.cancel_requested_by else ""
    return sentences(said, sent, _("It was %(state)s.") % {"state": State(job.state).label})


def _canceled(job: Job) -> str:
    by = job.cancel_requested_by
    said = _("by %(who)s.") % {"who": isolate(by.username)} if by else _("at the service.")
    if not job.provider_job_id:
        return sentences(said, _("It was never sent, so it cost nothing."))
    return sentences(said, _("%(tokens)s used.") % {"tokens": tokens_words(job.usage)} if job.usage else "")


def _succeeded(job: Job) -> str:
    if job.freed_at:
        slot = _("Its slot is free since %(time)s.") % {"time": clock(job.freed_at)}
    elif job.free_requested_at:
        slot = _("Its slot is being freed…")
    else:
        slot = _("Holds a slot.")
    numbers = series([loss_words(job), tokens_words(job.usage) if job.usage else ""])
    refused = _("The service refused to free it.") if job.free_refusal else ""
    numbers = sentence(capfirst(numbers))
    return sentences(slot, refused, quoted(job.free_refusal), numbers)


def spent_words(job: Job) -> str:
    """What canceling a running job throws away."""
    spent = spent_so_far(job)
    if spent is None:
        return _("What it has cost so far is not known.")
    tokens = tokens_words(spent.tokens)
    if not spent.amount:
        return _("It has probably cost %(tokens)s so far.") % {"tokens": tokens}
    return _("It has probably cost %(amount)s so far: %(tokens)s.") % {"amount": spent.amount, "tokens": tokens}


def _when(job: Job) -> tuple[datetime | None, str]:
    """The time at the right edge, and the words under it."""
    if job.is_canceling:
        return job.cancel_requested_at, _("cancel asked for")
    match job.state:
        case State.QUEUED:
            return (job.held_at, _("held")) if job.is_held else (job.created_at, _("queued"))
        case State.RUNNING:
            return job.started_at or job.state_since, _("running since")
        case State.SUCCEEDED | State.FAILED | State.CANCELED:
            return job.ended_at or job.state_since, _took(job)
        case State.LOST:
            return job.state_since, _("lost since")
        case State.SUBMITTING:
            return job.state_since, _("sent")
        case _:
            return job.state_since, _("pending since")


def _took(job: Job) -> str:
    if not job.provider_job_id:
        return _("never started")
    if job.started_at is None or job.ended_at is None or job.ended_at < job.started_at:
        return ""
    length = {"time": span(job.ended_at - job.started_at)}
    return _("took %(time)s") % length if job.state == State.SUCCEEDED else _("after %(time)s") % length
