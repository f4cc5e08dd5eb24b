"""Times that a row holds, judged by a clock that may have been put back since they were written."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

# Nothing is put off for longer: a time that lies further off is of a clock that was wrong.
LONGEST = timedelta(hours=1)


def reached(field: str, *, longest: timedelta = LONGEST) -> Q:
    """A filter: the time has come, or never will by the clock as it is now."""
    now = timezone.now()
    return Q(**{f"{field}__lte": now}) | Q(**{f"{field}__gt": now + longest})


def is_ahead(moment: datetime | None) -> bool:
    """Is `moment` to come?"""
    now = timezone.now()
    return moment is not None and now < moment <= now + LONGEST
