"""Django for benchmarks that judge files: nothing but the limits."""

from __future__ import annotations

import django
from django.conf import settings

GIB = 1024**3


def set_up() -> None:
    """Settings of the benchmark's own, unless the process has some."""
    if not settings.configured:
        settings.configure(PORTAL_MAX_FILE_BYTES=2 * GIB, PORTAL_MAX_LINE_BYTES=16 * 1024**2, SECRET_KEY="x")
        django.setup()
