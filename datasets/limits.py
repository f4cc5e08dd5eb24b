"""The limits of a training file, with their defaults; an operator sets the first two."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.conf import settings

MIB = 1024 * 1024

MAX_FILE_BYTES = 300 * MIB
MAX_LINE_BYTES = 16 * MIB
MIN_EXAMPLES = 50  # fewer, and training does not start
MAX_DEPTH = 100  # of arrays and objects in one another
HEAD_BYTES = MIB  # how far a file's beginning is looked at as a whole
SNIFF_BYTES = 8 * 1024  # how far it is looked at for what is no text
LISTED = 100  # issues of one code that are listed, beside the last
ALL = sys.maxsize  # list every one


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, without a line's end; `listed` is how many issues of one code are kept, beside the last."""

    file_bytes: int = MAX_FILE_BYTES
    line_bytes: int = MAX_LINE_BYTES
    listed: int = LISTED


DEFAULTS = Limits()


def configured(*, listed: int = LISTED) -> Limits:
    """The limits that the settings name."""
    return Limits(
        file_bytes=getattr(settings, "PORTAL_MAX_FILE_BYTES", MAX_FILE_BYTES),
        line_bytes=getattr(settings, "PORTAL_MAX_LINE_BYTES", MAX_LINE_BYTES),
        listed=listed,
    )
