"""What a person sets for themselves."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from teams.models import User

THEMES = [("", _("The system's")), ("light", _("Light")), ("dark", _("Dark"))]


@lru_cache
def zones() -> list[str]:
    """The names that people know: regions and cities, and UTC."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=THEMES)

    class Meta:
        model = User
        fields: ClassVar = ["language", "time_zone", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [("", _("My browser's"))]
        self.fields["language"].choices = own + settings.LANGUAGES  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = own + [(zone, zone) for zone in zones()]  # type: ignore[attr-defined]
