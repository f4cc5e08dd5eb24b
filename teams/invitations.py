"""One-time links with which people join a team: make, revoke, find, accept."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from teams import audit
from teams.models import Invitation, Membership, Team, User


class DeadInvitation(Exception):
    """The link was used, revoked or has expired, perhaps a moment ago; nothing was changed."""


class NameTaken(Exception):
    """Someone else has just taken the name."""


class AlreadyMember(Exception):
    """The person is in the team; the link stays good for someone else."""


def invite(*, team: Team, role: str, actor: User, note: str = "") -> tuple[Invitation, str]:
    """Make an invitation and return it with its token, which is not kept."""
    with transaction.atomic():
        invitation, token = Invitation.create(team=team, role=role, created_by=actor, note=note)
        _record(invitation, actor, "invitation_made")
    return invitation, token


def revoke(invitation: Invitation, actor: User) -> bool:
    """Make the link useless. False: it was already."""
    with transaction.atomic():
        as_found = Invitation.objects.open().filter(pk=invitation.pk)
        if as_found.update(revoked_at=timezone.now()) != 1:
            return False
        _record(invitation, actor, "invitation_revoked")
    return True


def find(token: str) -> Invitation | None:
    """The open invitation of this token."""
    return (
        Invitation.objects.open().select_related("team", "created_by").filter(token_hash=Invitation.hash_token(token))
    ).first()


def accept(invitation: Invitation, user: User) -> Membership:
    """Let the person in; of several who open the link at once one gets in. An unsaved `user` is saved with it.

    Raises DeadInvitation, AlreadyMember and NameTaken.
    """
    with transaction.atomic():
        if user._state.adding:
            _save(user)
        elif Membership.objects.filter(team=invitation.team, user=user).exists():
            raise AlreadyMember
        as_found = Invitation.objects.open().filter(pk=invitation.pk)
        if as_found.update(used_at=timezone.now(), used_by=user) != 1:
            raise DeadInvitation
        membership = Membership.objects.create(team=invitation.team, user=user, role=invitation.role)
        audit.record(invitation.team, user, "joined", role=invitation.role, invitation=invitation.pk)
    return membership


def _save(user: User) -> None:
    """The form has looked whether the name is free; someone else may have taken it since."""
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise NameTaken from None


def _record(invitation: Invitation, actor: User, verb: str) -> None:
    verb = f"{verb}_for" if invitation.note else verb
    audit.record(invitation.team, actor, verb, invitation.note, role=invitation.role, invitation=invitation.pk)
