"""The sync loop's memory of a provider account: its lease and troubles, and what it last saw at the service."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from jobs.models.job import Job
from jobs.states import WaitReason
from teams.models import ProviderAccount


class AccountSync(models.Model):
    """The sync loop's memory of one provider account: the lease of the pass at work, and when to look again.

    `rings` counts the clicks and reports that want a look; no job is created before `create_after`, because of
    `create_wait`. `trouble` is what keeps the account from working, since when and in the service's words; with
    `needs_admin` no look that works ends it. `looked_at` is its last look.
    """

    class Trouble(models.TextChoices):
        KEY_REFUSED = "key_refused"
        MONEY = "money"
        UNREACHABLE = "unreachable"
        SERVICE_DOWN = "service_down"
        TOO_FAST = "too_fast"

    account = models.OneToOneField(ProviderAccount, on_delete=models.CASCADE, primary_key=True, related_name="sync")
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_look_at = models.DateTimeField(default=timezone.now, db_index=True)
    rings = models.PositiveIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)
    create_after = models.DateTimeField(null=True, blank=True)
    create_wait = models.CharField(max_length=12, choices=WaitReason, blank=True)
    create_refusals = models.PositiveIntegerField(default=0)
    needs_admin = models.BooleanField(default=False)
    incomplete_looks = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True)
    trouble_since = models.DateTimeField(null=True, blank=True)
    trouble_text = models.TextField(blank=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"sync of {self.account}"


class ProviderJob(models.Model):
    """A job as the service's list last showed it, ours or made elsewhere: the quota counts these."""

    account = models.ForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="provider_jobs")
    provider_job_id = models.CharField(max_length=128)
    job = models.OneToOneField(Job, on_delete=models.CASCADE, null=True, blank=True, related_name="provider_job")
    name = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=64)
    model = models.CharField(max_length=255, blank=True)
    creator = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at", "provider_job_id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "provider_job_id"], name="provider_job_seen_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_job_id}: {self.status}"


class ProviderFile(models.Model):
    """A dataset's content at the service, once an account; the lease belongs to the upload that is on its way.

    `last_error` is what the last try met; `is_refused` says that no other try will help.
    """

    account = models.ForeignKey(ProviderAccount, on_delete=models.CASCADE, related_name="provider_files")
    sha256 = models.CharField(max_length=64)
    file_id = models.CharField(max_length=128, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    is_refused = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "sha256"], name="provider_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:8]}: {self.file_id}"
