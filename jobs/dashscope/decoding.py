"""Reads the service's JSON values whatever shape they come in. Nothing here raises on a wrong type.

What comes out can be stored: text without NUL and without lone surrogates (PostgreSQL refuses both), numbers finite.
"""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from jobs.dashscope.redaction import redact

# The service writes times of jobs and files without a zone: China's.
_SERVICE_ZONE = timezone(timedelta(hours=8))
_LARGEST_INTEGER = 2**63 - 1


def parse(body: bytes) -> Any:
    """The JSON value in `body` (UTF-8); ValueError if it is none. NaN and infinities become None."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=lambda _: None, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _finite(literal: str) -> float | None:
    number = float(literal)
    return number if math.isfinite(number) else None


def clean(value: str) -> str:
    """`value` with NUL and lone surrogates replaced."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def text(value: Any) -> str:
    """Text as it came, a number in its decimal form, "" for anything else."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def shown_text(value: Any) -> str:
    """Text meant for people, in which the service may name a key or a signed link: redacted."""
    return redact(text(value))


def integer(value: Any) -> int | None:
    """A whole number (or its text) that fits 64 bits, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value) if isinstance(value, int) else int(float(value))
    except (ValueError, OverflowError):
        return None
    return number if abs(number) <= _LARGEST_INTEGER else None


def texts(value: Any) -> list[str]:
    """A list of texts; one text counts as a list of one, null and the rest as none."""
    if isinstance(value, list):
        return [item for item in map(text, value) if item]
    single = text(value)
    return [single] if single else []


def mapping(value: Any) -> dict[str, Any]:
    """A JSON object, {} for anything else."""
    return value if isinstance(value, dict) else {}


def plain(value: Any) -> Any:
    """A JSON value with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {clean(key): plain(item) for key, item in value.items()}
    return value


def moment(value: Any) -> datetime | None:
    """`2024-10-29 16:53:53` or ISO 8601 as an aware time in UTC; without a zone it is UTC+8. None if it is neither."""
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value.strip())
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=_SERVICE_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_id(value: str) -> bool:
    """Does it name something? An id has one to 128 characters."""
    return 0 < len(value) <= 128
