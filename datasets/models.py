"""Datasets: files that never change, named by their SHA-256, each with the report of what is wrong in it."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from teams.models import Team


class Dataset(models.Model):
    """One version of a dataset of a team. Uploading a file of the same name makes the next version.

    The bytes stand in Django's storage at `path`, shared by all rows with the same `sha256`. `size` is in bytes;
    `counts` and `warning_counts` are exact, by code; the issues that are listed are rows of `Issue`; `statistics` are
    read by `datasets.statistics.of`; `error_map` is the report's. While it is being checked, `check_seen_at` is the
    checker's last sign of life and `checked_bytes` how far it is. `made_by` says how it came of its parent here, and is
    empty for a file that was uploaded: see `datasets.origin`. `crlf_lines` end with CR LF, which is right, and which
    many tools dislike.
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
    error_map = models.JSONField(default=list)
    statistics = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_bytes = models.BigIntegerField(default=0)
    check_seen_at = models.DateTimeField(null=True, blank=True)
    check_attempts = models.PositiveSmallIntegerField(default=0)
    made_by = models.JSONField(default=dict, blank=True)
    crlf_lines = models.BigIntegerField(default=0)

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
    def blocks_path(self) -> str:
        """Where the findings of its blocks stand, if they do: see `datasets.blockfiles`."""
        return f"blocks/{self.sha256[:2]}/{self.sha256}"

    @property
    def error_count(self) -> int:
        return sum(self.counts.values())

    @property
    def warning_count(self) -> int:
        return sum(self.warning_counts.values())

    @property
    def can_train(self) -> bool:
        return self.state == self.State.READY


def _unguessable() -> str:
    return secrets.token_urlsafe(24)


class Upload(models.Model):
    """A file that comes in slices, `size` bytes in the end. Only the one who sends it knows its `id`.

    Its bytes and what the judge knows of them stand beside the storage (`datasets.slices`), where the length of the
    file is the offset. It becomes `dataset`; the row then stays for a day, for a client that missed the last answer.
    """

    id = models.CharField(max_length=43, primary_key=True, default=_unguessable)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(size__gte=0), name="upload_size_not_negative")]

    def __str__(self) -> str:
        return self.name


class Conversion(models.Model):
    """A file of another shape (`datasets.conversions`) being made into a dataset, `result`.

    `columns` says which columns of a spreadsheet are which; `tally` is what was kept, dropped and changed; `trouble` is
    why it failed. `seen_at` is the converter's last sign of life.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being converted")
        DONE = "done", _("Converted")
        FAILED = "failed", _("Cannot be converted")

    source = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="conversions")
    result = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=16)
    columns = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tally = models.JSONField(default=dict)
    trouble = models.CharField(max_length=32, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.source} ({self.kind})"


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
        # The report's own, and where two tell of one line, the one that was found first.
        ordering: ClassVar = [F("line").asc(nulls_first=True), F("column").asc(nulls_first=True), "pk"]
        indexes: ClassVar = [models.Index(fields=["dataset", "is_error", "line"])]

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.code}"


class Reading(models.Model):
    """What a second reading of a dataset finds, in the background: the tokens of its good examples and, if it has no
    errors, those that contradict each other.

    `histogram` gives the number of examples of each length in tokens (as text, for JSON), `longest` the longest as
    [tokens, line, offset]. `seen_at` is the reader's last sign of life, `read_bytes` how far it is with the tokens.
    """

    dataset = models.OneToOneField(Dataset, on_delete=models.CASCADE, primary_key=True, related_name="reading")
    compared_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    read_bytes = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tokens = models.BigIntegerField(null=True, blank=True)
    histogram = models.JSONField(default=dict)
    longest = models.JSONField(default=list)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["seen_at"], condition=Q(counted_at=None), name="reading_to_do")]

    def __str__(self) -> str:
        return f"{self.dataset}: {self.tokens} tokens"

    @property
    def percent(self) -> int:
        return min(99, self.read_bytes * 100 // max(1, self.dataset.size))


class Dismissal(models.Model):
    """A warning that a team has looked at and lives with: of one code, for all versions of a dataset's name."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="dismissals")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=32)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "name", "code"], name="dismissal_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.code}"


class Archived(models.Model):
    """A dataset that a team has put away: all versions of a name."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="archived")
    name = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "name"], name="archived_once")]

    def __str__(self) -> str:
        return self.name


class Overlap(models.Model):
    """The lines of a training file that are in a validation file too: how many, and the first of them and the last as
    [line, line in the validation file]. Found once, in the background if the files are large."""

    training = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    validation = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    count = models.BigIntegerField(default=0)
    listed = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["training", "validation"], name="overlap_once")]

    def __str__(self) -> str:
        return f"{self.training} and {self.validation}: {self.count}"


class Split(models.Model):
    """A dataset that is split into training and validation data, by a worker if it is large.

    `share` is the validation part in percent of the examples. `seen_at` is the worker's last sign of life and
    `done_bytes` how far it is; when it is `finished_at`, both parts are there, or `trouble` says why not.
    """

    class Trouble(models.TextChoices):
        FEW = "few", _("Too many examples ask the same question: a part would have fewer than 50 examples.")
        FULL = "full", _("The server's disk is full.")
        GONE = "gone", _("The file is gone from the server.")

    source = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="splits")
    share = models.PositiveSmallIntegerField()
    seed = models.PositiveBigIntegerField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_bytes = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    training = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    validation = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    trouble = models.CharField(max_length=8, choices=Trouble, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["created_at"], condition=Q(finished_at=None), name="split_to_do")]

    def __str__(self) -> str:
        return f"{self.source}: {self.share} %, seed {self.seed}"


class Fixing(models.Model):
    """Fixes of a large dataset that a worker applies, or goes through only to show what they would change.

    `seen_at` is the worker's last sign of life and `done_bytes` how far it is; when it is `finished_at`, `outcome` says
    what it found (see `datasets.fixes.pipeline.Outcome`), and `result` is the version that it made, unless `trouble`
    says in a word why there is none.
    """

    class Trouble(models.TextChoices):
        NOTHING = "nothing", _("Nothing would change, so there is no new version.")
        LATE = "late", _("Someone made a newer version meanwhile. Look at it, and fix that one.")
        LARGE = "large", _("The fixed file would be larger than it may be.")
        FULL = "full", _("The server's disk is full.")
        GONE = "gone", _("The file is gone from the server.")

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="fixings")
    fixes = models.JSONField()
    is_preview = models.BooleanField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_bytes = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict)
    result = models.ForeignKey(Dataset, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    trouble = models.CharField(max_length=8, choices=Trouble, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(finished_at=None), name="fixing_to_do"),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.fixes)} of {self.dataset_id}"
