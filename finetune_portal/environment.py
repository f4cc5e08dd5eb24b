"""Environment variables as values that can be relied upon; what is wrong with one is said in one line."""

from __future__ import annotations


def broker_url(redis_url: str) -> str:
    """Kombu's form of a Redis URL. Without one a message goes nowhere, at once: what it would have rung for is found
    by a sweep."""
    return redis_url.replace("unix://", "redis+socket://", 1) or "memory://"
