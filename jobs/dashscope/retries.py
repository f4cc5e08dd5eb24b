"""How long to wait before a safe call is made again."""

import math
import random
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
# A service that asks for more than this is not waited for in place: the caller stores when to come back.
LONGEST_RETRY_AFTER = 120.0

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def backoff(tries: int) -> float:
    """Seconds to wait after `tries` failed tries (1, 2, …): 0.5, 1, 2, 4, 8, 8, … each times 0.75 to 1."""
    # The jitter only has to spread callers out, so it needs no cryptographic source.
    return min(FIRST_WAIT * 2.0 ** min(tries - 1, 10), LONGEST_WAIT) * random.uniform(0.75, 1.0)  # noqa: S311


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> float | None:
    """Seconds that the service asks us to wait, None if it says nothing that makes sense.

    `retry-after-ms` wins over `Retry-After`, which is seconds (`5`, `0.5`) or an HTTP date; a date that is past means
    0. Negative numbers, NaN and anything else are as good as no header.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("Retry-After", "")
    seconds = _number(value)
    return seconds if seconds is not None else _until(value, now or datetime.now(UTC))


def _number(value: str) -> float | None:
    if not _NUMBER.fullmatch(value.strip()):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _until(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - now).total_seconds(), 0.0)
