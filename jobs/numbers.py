"""Numbers out of query strings."""

from __future__ import annotations


def number(text: str | None) -> int | None:
    """A whole number that a database column can hold, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
