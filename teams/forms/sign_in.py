"""Names and passwords: signing in, choosing them for the first time, changing a password."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from teams.models import Team, User

PASSWORD_HELP = _("At least 8 characters, not a common password, not like your name.")


class SignInForm(allauth.LoginForm):  # type: ignore[misc]  # allauth has no types
    """allauth's form (it counts the failed attempts) with our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self.fields["login"], _("Name"))
        _relabel(self.fields["password"], _("Password"))
        self.fields["login"].widget.attrs["autofocus"] = True
        self.fields["login"].widget.attrs["autocapitalize"] = "none"


class ChangePasswordForm(allauth.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _relabel(self.fields["oldpassword"], _("Current password"))
        _relabel(self.fields["password1"], _("New password"), PASSWORD_HELP)
        _relabel(self.fields["password2"], _("New password again"))

    def clean(self) -> Any:
        first, second = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        return self.cleaned_data


class PasswordForm(forms.Form):
    """A new password, typed twice, for `self.user`."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user or User()

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        password, again = values.get("password"), values.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords differ."))
        if password:
            try:
                validate_password(password, self.user)
            except ValidationError as error:
                self.add_error("password", error)
        return values


class NewPersonForm(PasswordForm):
    """The name and password of somebody new, judged together; `self.user` is the person, not yet saved."""

    username = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("How others see you. Letters, digits and @ . + - _"),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    field_order = ["username", "password", "password_again"]

    def clean_username(self) -> str:
        name = User.normalize_username(self.cleaned_data["username"])
        self.user.username = User._meta.get_field("username").clean(name, self.user)
        if User.objects.filter(username__iexact=self.user.username).exists():
            raise ValidationError(_("This name is taken."))
        return self.user.username

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors:
            self.user.set_password(values["password"])
        return values


class SetupForm(NewPersonForm):
    team_name = forms.CharField(
        label=_("Team"),
        max_length=Team._meta.get_field("name").max_length,
        help_text=_("Any language. You can add people to it afterwards."),
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    field_order = ["team_name", "username", "password", "password_again"]


def _relabel(field: forms.Field, label: Any, help_text: Any = "") -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
