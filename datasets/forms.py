"""The form with which a file comes, and the questions that a dataset's page answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from datasets import splitting
from datasets.browsing import Wish
from datasets.cases import Choice
from datasets.limits import MIN_EXAMPLES
from datasets.outside import Asked
from datasets.storing import FileTooLarge
from datasets.templatetags.datasets import file_size

TYPED = 40  # characters of a wrong line number that are shown again
PASTE_BYTES = 4 * 1024 * 1024  # a request may have 5 MiB
DISK_FULL = _("The server's disk is full. Nothing was kept: tell your admin, then send the file again.")
TOO_MANY = _(
    "You have %(limit)s unfinished uploads, and cannot begin another. Finish one or give it up, in the browser where "
    "it was begun. One that gets no byte for a day is removed."
)


class UploadForm(forms.Form):
    """One file. What is in it is for the judge to say, so an empty one passes, under any name."""

    file = forms.FileField(
        allow_empty_file=True,
        error_messages={"required": _("Choose a file first."), "invalid": _("Choose a file first.")},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        trouble = getattr(file, "trouble", None)
        if isinstance(trouble, FileTooLarge):
            raise forms.ValidationError(
                _("The file has %(size)s, and at most %(limit)s can be used. Split it, or leave examples out."),
                code="file_too_large",
                params={"size": file_size(file.size), "limit": file_size(settings.PORTAL_MAX_FILE_BYTES)},
            )
        if trouble is not None:
            raise forms.ValidationError(DISK_FULL, code="disk_full")
        return file

    def add_disk_full(self) -> None:
        self.add_error("file", DISK_FULL)


class SplitForm(forms.Form):
    """How a dataset with so many examples is to be split."""

    share = forms.IntegerField(
        label=_("For validation, in percent"), min_value=1, max_value=splitting.LARGEST_SHARE, initial=10
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**53,
        initial=1,
        help_text=_("The same seed makes the same parts again; another seed makes others."),
    )

    def __init__(self, *args: Any, examples: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        least = splitting.least_share(examples)
        self.fields["share"].initial = max(10, least)
        for name in self.fields:
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "aria-describedby": f"id_{name}_helptext"}
        self.fields["share"].help_text = _("%(least)s to %(most)s: each part needs at least %(n)s examples.") % {
            "least": least,
            "most": splitting.LARGEST_SHARE,
            "n": MIN_EXAMPLES,
        }

    def clean_share(self) -> int:
        share: int = self.cleaned_data["share"]
        if splitting.wanted(self.examples, share) < MIN_EXAMPLES:
            raise forms.ValidationError(
                _("%(share)s%% of %(examples)s examples are too few: take %(least)s%% or more."),
                params={
                    "share": share,
                    "examples": self.examples,
                    "least": splitting.least_share(self.examples),
                },
            )
        return share


class DismissalForm(forms.Form):
    """Why a warning is lived with: colleagues read it in every version."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off", "aria-describedby": "id_reason_helptext"}),
        help_text=_("Up to 300 characters. It is shown with the warning, in this version and the next ones."),
        error_messages={"required": _("Say why, so that others need not ask.")},
    )


class PasteForm(forms.Form):
    """Lines from the clipboard. A text field has no say in what they are: not stripped, and whatever is in them."""

    name = forms.CharField(required=False, max_length=200)
    text = forms.Field(error_messages={"required": _("Paste some lines first.")})

    def clean_text(self) -> bytes:
        """The bytes. A browser ends each line of a text field with CR LF, whatever was pasted."""
        text: str = self.cleaned_data["text"]
        content = text.replace("\r\n", "\n").encode()
        if len(content) > PASTE_BYTES:
            raise forms.ValidationError(
                _("The text has %(size)s, and at most %(limit)s can be pasted. Send it as a file."),
                code="text_too_large",
                params={"size": file_size(len(content)), "limit": file_size(PASTE_BYTES)},
            )
        return content


class FindingsForm(forms.Form):
    """The query of a dataset's page. What makes no sense is left out: a link never breaks the page."""

    code = forms.CharField(required=False, max_length=32)
    start = forms.IntegerField(required=False, min_value=1)
    line = forms.IntegerField(required=False, min_value=1, localize=True)
    limit = forms.IntegerField(required=False, min_value=1, max_value=2**40)
    validation = forms.IntegerField(required=False, min_value=1, max_value=2**40)

    def choice(self) -> Choice:
        self.is_valid()
        data: dict[str, Any] = self.cleaned_data
        return Choice(
            code=data.get("code") or "",
            start=data.get("start") or 1,
            line=data.get("line"),
            asked=self.asked(),
            wrong_line=self.data.get("line", "")[:TYPED] if "line" in self.errors else "",
        )

    def asked(self) -> Asked:
        self.is_valid()
        return Asked(self.cleaned_data.get("limit"), self.cleaned_data.get("validation"))


class ExamplesForm(forms.Form):
    """The query of the page of examples; what makes no sense is left out."""

    line = forms.IntegerField(required=False, min_value=1, max_value=2**40, localize=True)
    q = forms.CharField(required=False, max_length=200, strip=False)
    random = forms.IntegerField(required=False, min_value=0, max_value=2**53)
    longest = forms.BooleanField(required=False)
    raw = forms.BooleanField(required=False)

    def wish(self) -> Wish:
        self.is_valid()
        data: dict[str, Any] = self.cleaned_data
        return Wish(
            line=data.get("line") or 1,
            search=data.get("q") or "",
            seed=data.get("random"),
            longest=data.get("longest") or False,
            raw=data.get("raw") or False,
        )
