"""Who may do what: people, teams, their roles, the provider accounts whose keys they share, and the audit trail."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from teams.encryption import EncryptedTextField

INVITATION_LIFETIME = timedelta(days=7)


class User(AbstractUser):
    """A person. Language, zone and theme are empty until chosen: the browser's own then count."""

    language = models.CharField(max_length=16, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    theme = models.CharField(max_length=8, blank=True)

    class Meta(AbstractUser.Meta):
        constraints: ClassVar = [
            # lin and Lin side by side in a list of members would be taken for one another
            models.UniqueConstraint(
                Lower("username"),
                name="username_once_in_any_case",
                violation_error_message=_("This name is taken."),
            ),
        ]


class Role(models.TextChoices):
    """What a member may do; each role may do all that the one before may."""

    VIEWER = "viewer", _("Viewer")
    MEMBER = "member", _("Member")
    ADMIN = "admin", _("Admin")


class Team(models.Model):
    """People who share provider accounts, datasets and a board.

    `cursor` grows by one with every change that the board shows; see `bump`.
    """

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=48, unique=True)
    cursor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    def __str__(self) -> str:
        return self.name

    def bump(self) -> int:
        """Add one to the team's cursor and return it. Call inside the transaction of the change that it stands for:
        the row stays locked until the commit, so that numbers become visible in their order."""
        Team.objects.filter(pk=self.pk).update(cursor=F("cursor") + 1)
        self.refresh_from_db(fields=["cursor"])
        return self.cursor


class Membership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}: {self.role}"

    @property
    def may_act(self) -> bool:
        """May upload datasets and queue, cancel and free jobs."""
        return self.role in (Role.MEMBER, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        """May change people, provider accounts and the team itself."""
        return self.role == Role.ADMIN


class ProviderAccountQuerySet(models.QuerySet["ProviderAccount"]):
    def usable(self) -> Self:
        """Those that the service may be asked with now: switched on, and not of the other world. While the environment
        holds a key the sandbox's accounts rest, and the other way round; their jobs stay with them."""
        return self.filter(is_active=True).exclude(source__in=ProviderAccount.resting_sources())


class ProviderAccount(models.Model):
    """A key of the fine-tuning service that a team shares, with the limits of the account behind it.

    `max_running` and `max_existing` count jobs; the defaults are the service's own (one running, five that exist).
    `is_active` is an admin's switch; `paused_*` say who switched it off, when and why. Ask `usable` which accounts may
    be used.
    """

    class Source(models.TextChoices):
        ENTERED = "entered", _("entered by an admin")
        ENVIRONMENT = "environment", _("from the environment")
        SANDBOX = "sandbox", _("the sandbox's")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="accounts")
    name = models.CharField(max_length=64)
    base_url = models.URLField(max_length=255)
    workspace = models.CharField(max_length=64, blank=True)
    api_key = EncryptedTextField()
    key_last4 = models.CharField(max_length=4)
    source = models.CharField(max_length=12, choices=Source, default=Source.ENTERED)
    max_running = models.PositiveSmallIntegerField(default=1)
    max_existing = models.PositiveSmallIntegerField(default=5)
    is_active = models.BooleanField(default=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    pause_note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProviderAccountQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "name"],
                name="account_name_once",
                violation_error_message=_("The team has an account of this name."),
            ),
            models.CheckConstraint(
                condition=Q(max_running__gte=1, max_existing__gte=F("max_running")),
                name="account_limits_make_sense",
                violation_error_message=_("At least one job runs, and no more run than exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.masked_key})"

    @property
    def masked_key(self) -> str:
        """All of the key that is ever shown again."""
        return f"sk-…{self.key_last4}"

    @staticmethod
    def resting_sources() -> list[str]:
        """The sources whose accounts are not asked now, because the portal works in the other world."""
        source = ProviderAccount.Source
        return [source.SANDBOX if settings.DASHSCOPE_API_KEY else source.ENVIRONMENT]

    @property
    def is_resting(self) -> bool:
        return self.source in self.resting_sources()

    @property
    def is_usable(self) -> bool:
        """As `usable` says of many."""
        return self.is_active and not self.is_resting

    @property
    def is_entered(self) -> bool:
        """Does its key come from an admin? Key and address of the others come from the environment or the sandbox."""
        return self.source == self.Source.ENTERED

    def set_key(self, key: str) -> None:
        self.api_key = key
        self.key_last4 = key[-4:]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that still let a person in. A link is worth what its maker may do: an admin who is removed or shut out
        must not come back with a link that they kept."""
        makers = Membership.objects.filter(
            team=OuterRef("team"), user=OuterRef("created_by"), user__is_active=True, role=Role.ADMIN
        )
        return self.filter(Exists(makers), used_at=None, revoked_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A one-time link with which a person joins a team. Only a hash of its token is kept."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=8, choices=Role)
    note = models.CharField(max_length=80, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.role} of {self.team}"

    @classmethod
    def create(cls, *, team: Team, role: str, created_by: User, note: str = "") -> tuple[Invitation, str]:
        """Make an invitation; the token is returned here and never again."""
        token = secrets.token_urlsafe(24)
        invitation = cls.objects.create(
            team=team,
            role=role,
            note=note,
            created_by=created_by,
            token_hash=cls.hash_token(token),
            expires_at=timezone.now() + INVITATION_LIFETIME,
        )
        return invitation, token

    @staticmethod
    def hash_token(token: str) -> str:
        return salted_hmac("teams.Invitation", token, algorithm="sha256").hexdigest()


class AuditEntry(models.Model):
    """Who did what in a team, when. Written by `teams.audit.record`, never changed."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="audit_entries")
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    target = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["team", "-id"])]  # pages of the trail start after an entry

    def __str__(self) -> str:
        return f"{self.actor}: {self.verb} {self.target}"
