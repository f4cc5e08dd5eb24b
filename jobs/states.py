"""The states of a job and the moves between them; `Job.transition` is the only code that moves a job.

                    ┌────────────────────────── not made: back in the queue ─┐
                    ▼                                                        │
    QUEUED ──────────────────────────▶ SUBMITTING ───────────────────────────┤
      │ canceled, file refused           │ made: as the service says         │
      ▼                                  ▼                                   │
    CANCELED, FAILED       PENDING ◀──▶ RUNNING ──▶ SUCCEEDED, FAILED, CANCELED
                              └───────────┴──▶ LOST ──▶ any state that it shows again

A wish to cancel is not a state: it is `Job.cancel_requested_at`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SUBMITTING = "submitting", _("Submitting")
    PENDING = "pending", _("Pending")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    CANCELED = "canceled", _("Canceled")
    LOST = "lost", _("Lost")


FINAL = frozenset({State.SUCCEEDED, State.FAILED, State.CANCELED})
AT_SERVICE = frozenset({State.SUBMITTING, State.PENDING, State.RUNNING, State.LOST})

NEXT: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SUBMITTING, State.CANCELED, State.FAILED}),
    State.SUBMITTING: frozenset(State) - {State.SUBMITTING},
    State.PENDING: frozenset({State.RUNNING, State.LOST}) | FINAL,
    State.RUNNING: frozenset({State.PENDING, State.LOST}) | FINAL,
    State.SUCCEEDED: frozenset(),
    State.FAILED: frozenset(),
    State.CANCELED: frozenset(),
    State.LOST: frozenset({State.PENDING, State.RUNNING}) | FINAL,
}

# The service's own words. A word that is not here moves nothing.
OF_SERVICE = {
    "PENDING": State.PENDING,
    "QUEUING": State.PENDING,
    "RUNNING": State.RUNNING,
    "CANCELING": State.RUNNING,
    "SUCCEEDED": State.SUCCEEDED,
    "FAILED": State.FAILED,
    "CANCELED": State.CANCELED,
}


class WaitReason(models.TextChoices):
    """Why a queued job waits. The sync loop decides and stores it; a view never guesses."""

    NEW = "new", _("Just queued")
    HELD = "held", _("Held")
    BEHIND = "behind", _("Waits for jobs before it")
    RUNNING = "running", _("Waits for the running slot")
    SLOTS = "slots", _("Waits for a free slot")
    UPLOADING = "uploading", _("Its file is on its way to the service")
    PAUSED = "paused", _("The account is switched off")
    KEY_REFUSED = "key_refused", _("The key is refused")
    MONEY = "money", _("The service asks for money")
    UNREACHABLE = "unreachable", _("The service cannot be reached")
    TOO_FAST = "too_fast", _("The service asked us to slow down")
    RETRY_AT = "retry_at", _("The service has no room now")
