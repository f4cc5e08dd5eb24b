"""Who is in the team, and as what."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.models import Role


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class InviteForm(RoleForm):
    """A link to join: the role it gives, and for whom it is meant (a note to oneself)."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.MEMBER,
        help_text=_("Viewers look. Members upload and queue. Admins change people and accounts, too."),
    )
    note = forms.CharField(
        label=_("For whom"),
        required=False,
        max_length=80,
        help_text=_("Shown in the list of open links."),
    )
