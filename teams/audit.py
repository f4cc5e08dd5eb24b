"""The audit trail: who did what in a team."""

from __future__ import annotations

from typing import Any

from teams.models import AuditEntry, Team, User


def record(team: Team, actor: User | None, verb: str, target: str = "", **detail: Any) -> None:
    """Add an entry; call it in the transaction of what it records."""
    AuditEntry.objects.create(team=team, actor=actor, verb=verb, target=target[:200], detail=detail)
