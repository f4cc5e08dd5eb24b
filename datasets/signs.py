"""Signs of life: what works in the background leaves the time of its last one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone


def is_silent(seen_at: datetime | None, after: timedelta) -> bool:
    """Is nobody at it, or somebody who was killed?"""
    return seen_at is None or seen_at < timezone.now() - after
