"""One-time links to set a new password, which an admin hands to a member. There is no e-mail in the portal."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from teams import audit
from teams.models import Membership, Role, Team, User


class _Tokens(PasswordResetTokenGenerator):
    """Django's tokens (void after a sign-in, a new password or PASSWORD_RESET_TIMEOUT), void too once the person
    joins or leaves a team or the admins of one of their teams change: the link was allowed to an admin of all the
    teams of that moment."""

    key_salt = "teams.passwords"

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        teams = Membership.objects.filter(user_id=user.pk).values("team")
        admins = Membership.objects.filter(team__in=teams, role=Role.ADMIN, user__is_active=True)
        state = [sorted(teams.values_list("team", flat=True)), sorted(admins.values_list("team", "user"))]
        return f"{super()._make_hash_value(user, timestamp)}{state}"


_tokens = _Tokens()


class LinkRefused(Exception):
    """The admin may not make a link for this person; the message says why."""


def make_link(user: User, team: Team, actor: User) -> tuple[str, str]:
    """The two parts of a link for a member of `team`: who, and the token. Raises LinkRefused.

    Whoever holds the link can become that person, so an admin gets one only where it opens nothing new to them:
    all of the person's teams must be theirs too.
    """
    if user == actor:
        raise LinkRefused(_("Change your own password on your own page."))
    if user.is_superuser and not actor.is_superuser:
        raise LinkRefused(_("This person administers the whole portal. Only another such person can make the link."))
    administered = Membership.objects.filter(user=actor, role=Role.ADMIN).values("team")
    if Membership.objects.filter(user=user).exclude(team__in=administered).exists():
        raise LinkRefused(
            _("This person is in a team that you do not administer. An admin of all their teams can make the link.")
        )
    audit.record(team, actor, "password_link_made", user.username)
    return urlsafe_base64_encode(force_bytes(user.pk)), _tokens.make_token(user)


def find(uid: str, token: str) -> User | None:
    """The person whose link this is, while it is good."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid)), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user is not None and _tokens.check_token(user, token) else None


def set_password(user: User, password: str) -> bool:
    """Use the link: set the password, which ends the person's sessions. False: the link was used a moment ago."""
    before = user.password
    user.set_password(password)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, password=before).update(password=user.password) != 1:
            return False
        for team in user.teams.all():
            audit.record(team, user, "password_set")
    return True
