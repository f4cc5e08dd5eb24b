"""Changing a member's role and removing members. A team always keeps an admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from teams import audit
from teams.models import Membership, Role, Team, User


class LastAdmin(Exception):
    """The team would be left without an admin; nothing was changed."""


def change_role(membership: Membership, role: str, actor: User) -> None:
    """Give the member another role. Raises LastAdmin, and Membership.DoesNotExist if it was removed meanwhile."""
    with _locked(membership) as current:
        if current.role == role:
            return
        if role != Role.ADMIN:
            _keep_an_admin(current)
        before, current.role = current.role, role
        current.save(update_fields=["role"])
        audit.record(current.team, actor, "role_changed", current.user.username, role=role, before=before)


def remove(membership: Membership, actor: User) -> None:
    """Take the person out of the team; what they made stays. Raises as `change_role` does."""
    with _locked(membership) as current:
        _keep_an_admin(current)
        current.delete()
        audit.record(current.team, actor, "member_removed", current.user.username, role=current.role)


@contextmanager
def _locked(membership: Membership) -> Iterator[Membership]:
    """The membership as it is now, while nobody else changes one of its team: two admins who demote each other at
    the same moment must not both succeed."""
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=membership.team_id)
        yield Membership.objects.select_related("team", "user").get(pk=membership.pk)


def _keep_an_admin(membership: Membership) -> None:
    admins = Membership.objects.filter(team=membership.team, role=Role.ADMIN, user__is_active=True)
    if membership.is_admin and not admins.exclude(pk=membership.pk).exists():
        raise LastAdmin
