"""Datasets: files that never change, named by their SHA-256, each with the report of what is wrong in it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Team


class Dataset(models.Model):
    """One version of a dataset of a team. Uploading a file of the same name makes the next version.

    The bytes stand in Django's storage at `path`, shared by all rows with the same `sha256`. `size` is in bytes;
    `counts` and `warning_counts` are exact, by code; the issues that are listed are rows of `Issue`; `statistics` are
    read by `datasets.statistics.of`. While it is being checked, `check_seen_at` is the checker's last sign of life and
    `checked_bytes` how far it is.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Ready to train")
        REFUSED = "refused", _("Cannot train yet")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="datasets")
    name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="children")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.CHECKING)
    format = models.CharField(max_length=20, blank=True)
    lines = models.BigIntegerField(default=0)
    examples = models.BigIntegerField(default=0)
    error_lines = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    warning_counts = models.JSONField(default=dict)
    truncated = models.BooleanField(default=False)
    statistics = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_bytes = models.BigIntegerField(default=0)
    check_seen_at = models.DateTimeField(null=True, blank=True)
    check_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "name", "version"], name="dataset_version_once"),
            models.CheckConstraint(condition=Q(size__gte=0), name="dataset_size_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["team", "-created_at"]),
            models.Index(fields=["team", "sha256"]),
            models.Index(fields=["created_at"], condition=Q(state="checking"), name="dataset_to_check"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def path(self) -> str:
        """Where its bytes stand in the storage."""
        return f"datasets/{self.sha256[:2]}/{self.sha256}"

    @property
    def error_count(self) -> int:
        return sum(self.counts.values())

    @property
    def warning_count(self) -> int:
        return sum(self.warning_counts.values())

    @property
    def can_train(self) -> bool:
        return self.state == self.State.READY


class Lines(models.Model):
    """Where some lines of a checked dataset start: what `datasets.lineindex` finds any line with."""

    dataset = models.OneToOneField(Dataset, on_delete=models.CASCADE, primary_key=True, related_name="line_starts")
    starts = models.BinaryField()

    def __str__(self) -> str:
        return f"lines of {self.dataset_id}"


class Issue(models.Model):
    """An error or a warning at a place of a dataset; of each code the first 100 and the last are kept.

    `line` and `column` count from 1 (characters), null where none makes sense; `offset` is where the line starts, in
    bytes. The sentence is made from `code` and `params` in the reader's language.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="issues")
    is_error = models.BooleanField()
    code = models.CharField(max_length=32)
    line = models.BigIntegerField(null=True)
    column = models.BigIntegerField(null=True)
    end_column = models.BigIntegerField(null=True)
    offset = models.BigIntegerField(null=True)
    params = models.JSONField(default=dict)
    excerpt = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]  # the report's own: by line, then column
        indexes: ClassVar = [models.Index(fields=["dataset", "is_error", "line"])]

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.code}"
