"""The first start: the first admin and their team."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.text import slugify

from finetune_portal import secrets
from teams import audit
from teams.accounts import create_default_account
from teams.models import Membership, Role, Team, User

TOKEN = "setup-token"  # noqa: S105  # the name of the secret, not the secret


class AlreadySetUp(Exception):
    """There is a user: whoever else is to come in needs a link of an admin."""


def is_open() -> bool:
    """Is there nobody yet?"""
    return not User.objects.exists()


def token_matches(token: str) -> bool:
    """Is this the token of the link that `manage.py portal` prints while nobody is there?"""
    return is_open() and constant_time_compare(token, secrets.load(settings.PORTAL_DATA_DIR, TOKEN))


def create_first_admin(*, team_name: str, username: str, password: str) -> tuple[User, Team]:
    """Make the first person, who administers the portal (base models and prices) and a team with its first provider
    account; the set-up link is void from then on. Raises AlreadySetUp, and ValidationError with messages by field.
    """
    user = User(username=username, is_staff=True, is_superuser=True)
    team = Team(name=team_name.strip())
    _check(user, team, password)
    user.set_password(password)
    with transaction.atomic():
        # Two people with the link at once: the second waits here, then finds the first. (SQLite takes its lock at
        # the start of the transaction and ignores this one.)
        ContentType.objects.select_for_update().get(pk=ContentType.objects.get_for_model(User).pk)
        if not is_open():
            raise AlreadySetUp
        user.save()
        team.slug = free_slug(team.name)
        team.save()
        Membership.objects.create(team=team, user=user, role=Role.ADMIN)
        audit.record(team, user, "team_made", team.name)
        create_default_account(team)
    secrets.forget(settings.PORTAL_DATA_DIR, TOKEN)
    return user, team


def free_slug(name: str) -> str:
    """A slug for a team of this name; names without Latin letters give `team`."""
    stem = slugify(name)[:40].strip("-") or "team"
    slug, number = stem, 1
    while Team.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _check(user: User, team: Team, password: str) -> None:
    checks: dict[str, Callable[[], None]] = {
        "username": partial(user.clean_fields, exclude={"password"}),
        "team": partial(team.clean_fields, exclude={"slug"}),
        "password": partial(validate_password, password, user),
    }
    errors: dict[str, list[str]] = {}
    for field, check in checks.items():
        try:
            check()
        except ValidationError as error:
            errors[field] = error.messages
    if errors:
        raise ValidationError(errors)
