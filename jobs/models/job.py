"""Fine-tune jobs as people asked for them, what happened to them, and their logs.

`Job.transition` is the only way to move a job.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from datasets.models import Dataset
from jobs.states import FINAL, NEXT, State, WaitReason
from teams.models import ProviderAccount, Team, User


class StaleJob(Exception):
    """The job is no longer in the state that the change was based on: someone else was faster. Look again."""


class Job(models.Model):
    """One fine-tune job of a team.

    `provider_status` is the service's own word, kept as it came. `intent_*` is the create call that may be on its way:
    written before the call, gone when its outcome is known; `tokens` are those of all its create calls. `epoch` and
    `loss` are the last that its log showed.
    `cursor` is the team's cursor when the row last changed its look. `position` orders the queue of its account, with
    gaps (`jobs.order`); it stays on the row when the job leaves the queue. A job that is held keeps its place and is
    passed over. `reruns_left` says how often the portal may run it again by itself.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="jobs")
    account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT, related_name="jobs")
    name = models.CharField(max_length=64)
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="jobs")
    validation_dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, null=True, blank=True, related_name="validated_jobs"
    )
    base_model = models.CharField(max_length=128)
    training_type = models.CharField(max_length=32, blank=True)
    hyper_parameters = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    run_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reruns")
    reruns_left = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    state_since = models.DateTimeField(default=timezone.now)
    cursor = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    wait_reason = models.CharField(max_length=12, choices=WaitReason, blank=True, default=WaitReason.NEW)
    wait_detail = models.JSONField(default=dict, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)

    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hold_note = models.CharField(max_length=200, blank=True)

    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    cancel_sent_at = models.DateTimeField(null=True, blank=True)
    cancel_refusal = models.TextField(blank=True)
    free_requested_at = models.DateTimeField(null=True, blank=True)
    free_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    free_refusal = models.TextField(blank=True)
    freed_at = models.DateTimeField(null=True, blank=True)

    intent_token = models.CharField(max_length=32, blank=True)
    intent_at = models.DateTimeField(null=True, blank=True)
    intent_sent = models.JSONField(default=dict, blank=True)
    tokens = models.JSONField(default=list, blank=True)
    absences = models.PositiveSmallIntegerField(default=0)
    absent_since = models.DateTimeField(null=True, blank=True)

    provider_job_id = models.CharField(max_length=128, blank=True)
    provider_status = models.CharField(max_length=64, blank=True)
    provider_settings = models.JSONField(default=dict, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    finetuned_output = models.CharField(max_length=255, blank=True)
    usage = models.BigIntegerField(null=True, blank=True)
    failure_code = models.CharField(max_length=64, blank=True)
    failure_message = models.TextField(blank=True)
    request_id = models.CharField(max_length=128, blank=True)

    log_total = models.PositiveIntegerField(default=0)
    log_complete = models.BooleanField(default=False)
    epoch = models.FloatField(null=True, blank=True)
    loss = models.FloatField(null=True, blank=True)
    eval_loss = models.FloatField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "provider_job_id"],
                condition=~Q(provider_job_id=""),
                name="provider_job_once",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.SUBMITTING) | ~Q(intent_token=""), name="job_submitting_has_intent"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["team", "cursor"]),
            models.Index(fields=["team", "-ended_at"], condition=Q(state__in=sorted(FINAL)), name="job_finished"),
            models.Index(fields=["account", "state", "position"], name="job_queue"),
            models.Index(fields=["account", "created_at"], condition=~Q(state__in=sorted(FINAL)), name="job_open"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_canceling(self) -> bool:
        return self.cancel_requested_at is not None and not self.is_final

    @property
    def is_held(self) -> bool:
        return self.held_at is not None and self.state == State.QUEUED

    @property
    def holds_slot(self) -> bool:
        """Does it count among the jobs that exist at the service?"""
        return self.state == State.SUCCEEDED and self.freed_at is None

    def transition(
        self,
        to: State,
        *,
        why: str = "",
        actor: User | None = None,
        detail: dict[str, Any] | None = None,
        **fields: Any,
    ) -> None:
        """Move the job to `to`, set `fields` with it, and record who, when and why, in one transaction.

        Raises ValueError for a move that the table of states does not know, and StaleJob (nothing is changed) if the
        job has left the state in which this object was read.
        """
        state = State(self.state)
        if to not in NEXT[state]:
            raise ValueError(f"job {self.pk}: no way from {state} to {to}")
        with transaction.atomic():
            self._write(state=to, state_since=timezone.now(), **fields)
            JobEvent.objects.create(
                job=self,
                actor=actor,
                kind=JobEvent.Kind.STATE,
                from_state=state,
                to_state=to,
                why=why,
                detail=detail or {},
            )

    def change(
        self,
        *,
        kind: str = "",
        actor: User | None = None,
        detail: dict[str, Any] | None = None,
        **fields: Any,
    ) -> None:
        """Set `fields` without moving the job; with `kind` it is recorded in its timeline too. Raises StaleJob."""
        with transaction.atomic():
            self._write(**fields)
            if kind:
                JobEvent.objects.create(job=self, actor=actor, kind=kind, detail=detail or {})

    def _write(self, **fields: Any) -> None:
        cursor = self.team.bump()
        if Job.objects.filter(pk=self.pk, state=self.state).update(cursor=cursor, **fields) != 1:
            raise StaleJob(f"job {self.pk} is no longer {self.state}")
        for name, value in fields.items():
            setattr(self, name, value)
        self.cursor = cursor


class JobEvent(models.Model):
    """One thing that happened to a job: who, when, why, and the service's own words."""

    class Kind(models.TextChoices):
        STATE = "state"
        CANCEL_REQUESTED = "cancel_requested"
        CANCEL_SENT = "cancel_sent"
        CANCEL_REFUSED = "cancel_refused"
        NOT_YET = "not_yet"
        OUTCOME_UNKNOWN = "outcome_unknown"
        FREE_REQUESTED = "free_requested"
        FREED = "freed"
        FREE_REFUSED = "free_refused"
        DUPLICATE = "duplicate"
        UPLOADED = "uploaded"
        MOVED = "moved"
        HELD = "held"
        RELEASED = "released"
        RUN_AGAIN = "run_again"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, blank=True)
    why = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.job}: {self.kind} {self.to_state}"


class LogLine(models.Model):
    """A line of a job's log as the service gave it; numbers count from 1."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log_lines")
    number = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "number"], name="log_line_once")]

    def __str__(self) -> str:
        return f"{self.number}: {self.text}"
