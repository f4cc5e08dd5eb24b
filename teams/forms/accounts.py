"""Provider accounts as an admin enters them."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from finetune_portal.environment import HEADER_WORD, is_loopback
from teams.models import ProviderAccount

KEY = re.compile(r"sk-(?=.{8,252}$)" + HEADER_WORD.pattern)


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Add an account, or change one. The key is never shown: left empty, the one before stays.

    A new address asks for the key again, else an admin could send a key that someone else entered to any server.
    Key and address of an account of the environment or the sandbox are not the admin's.
    """

    base_url = forms.URLField(
        label=_("Address"),
        assume_scheme="https",
        max_length=255,
        help_text=_("Of the service, with /api/v1. https, or http on this machine."),
    )
    api_key = forms.CharField(
        label=_("API key"),
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    max_running = forms.IntegerField(label=_("Jobs that run at once"), min_value=1, max_value=1000, initial=1)
    max_existing = forms.IntegerField(
        label=_("Jobs that exist"),
        min_value=1,
        max_value=1000,
        initial=5,
        help_text=_("Succeeded jobs count until their slot is freed."),
    )

    class Meta:
        model = ProviderAccount
        fields = ("name", "base_url", "workspace", "max_running", "max_existing")  # `set_key` takes the key
        labels: ClassVar = {"name": _("Name"), "workspace": _("Workspace")}
        help_texts: ClassVar = {
            "name": _("How the team calls it."),
            "workspace": _("Only where the key belongs to none by itself."),
        }

    field_order = ("name", "base_url", "api_key", "workspace", "max_running", "max_existing")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old_url = self.instance.base_url
        is_new = self.instance.pk is None
        self.fields["api_key"].required = is_new
        self.fields["api_key"].help_text = (
            _("Kept encrypted; only its last four characters are shown again.")
            if is_new
            else _("Empty, %(key)s stays. A new address asks for the key again.") % {"key": self.instance.masked_key}
        )
        if not self.instance.is_entered:
            del self.fields["base_url"], self.fields["api_key"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = ProviderAccount.objects.filter(team=self.instance.team).exclude(pk=self.instance.pk)
        if others.filter(name=name).exists():
            raise ValidationError(_("The team has an account of this name."))
        return name

    def clean_base_url(self) -> str:
        url: str = self.cleaned_data["base_url"].rstrip("/")
        parts = urlsplit(url)
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValidationError(_("Only a scheme, a host and a path: https://host/api/v1"))
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
            raise ValidationError(_("Use https. http is for this machine alone, as in http://127.0.0.1:8001/api/v1"))
        return url

    def clean_workspace(self) -> str:
        workspace: str = self.cleaned_data["workspace"].strip()
        if workspace and not HEADER_WORD.fullmatch(workspace):
            raise ValidationError(_("A workspace id has letters, digits and signs, no blanks: llm-…"))
        return workspace

    def clean_api_key(self) -> str:
        key: str = self.cleaned_data["api_key"]
        if key and not KEY.fullmatch(key):
            raise ValidationError(_("A key starts with sk- and has no spaces."))
        return key

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        running, existing = values.get("max_running"), values.get("max_existing")
        if running and existing and running > existing:
            self.add_error("max_existing", _("No fewer than the jobs that run at once."))
        moved = self.instance.pk and "base_url" in values and values["base_url"] != self.old_url
        if moved and not values.get("api_key") and "api_key" not in self.errors:
            self.add_error("api_key", _("A new address asks for the key again."))
        return values
