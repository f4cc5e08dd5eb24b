"""What those who administer the whole portal see in Django's admin: people and teams. No secret stands there:
provider accounts and invitations are not registered."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest

from teams import audit
from teams.accounts import create_default_account
from teams.models import Membership, Team, User

# our sign-in counts the attempts
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    """People come in by a link and are shut out by `is_active`, never deleted: what they did keeps their name."""

    list_display = ["username", "is_active", "is_superuser", "last_login"]
    search_fields: ClassVar = ["username"]
    fields = ["username", "is_active", "is_superuser", "last_login", "date_joined"]
    readonly_fields: ClassVar = ["username", "is_superuser", "last_login", "date_joined"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Membership
    fields: ClassVar = ["user", "role"]
    extra = 1


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A further team. It brings its own key; where the portal works on the sandbox, it gets an account there."""

    list_display = ["name", "slug", "created_at"]
    fields = ["name", "slug"]
    prepopulated_fields: ClassVar = {"slug": ["name"]}
    inlines: ClassVar = [MembershipInline]

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change:
                audit.record(obj, _actor(request), "team_made", obj.name)
                if not settings.DASHSCOPE_API_KEY:
                    create_default_account(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The team's admins read in their trail what was done to their team from here."""
        super().save_formset(request, form, formset, change)
        verbs = [("member_added", member) for member in formset.new_objects]
        verbs += [("role_set", member) for member, _fields in formset.changed_objects]
        verbs += [("member_removed", member) for member in formset.deleted_objects]
        for verb, member in verbs:
            audit.record(form.instance, _actor(request), verb, member.user.username, role=member.role)


def _actor(request: HttpRequest) -> User:
    return User.objects.get(username=request.user.get_username())
