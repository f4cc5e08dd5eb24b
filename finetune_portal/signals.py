"""Signals of the frame, for the apps that build on it."""

from __future__ import annotations

from django.dispatch import Signal

prepared = Signal()
"""Sent once at each start, when the database is migrated and before anything serves."""
