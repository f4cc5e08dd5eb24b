"""The form that says which columns of a spreadsheet are which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from datasets.conversions.tables import Columns

LONGEST_NAME = 60
LONGEST_GUESS = 24  # a longer text is an example, whatever words are in it
# What people call such columns, in the languages that we meet.
USER_NAMES = ("question", "prompt", "user", "input", "instruction", "query", "问题", "提问", "输入", "用户", "指令")
ASSISTANT_NAMES = ("answer", "completion", "assistant", "output", "response", "reply", "回答", "答案", "输出", "回复")
SYSTEM_NAMES = ("system", "系统")


class ColumnsForm(forms.Form):
    """Numbers of columns, from 0. `first` are the first rows of the spreadsheet, of which one may name its columns."""

    user = forms.TypedChoiceField(coerce=int)
    assistant = forms.TypedChoiceField(coerce=int)
    system = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)
    system_text = forms.CharField(required=False, max_length=2000, strip=False)
    has_header = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, first: list[list[str]]) -> None:
        names = first[0] if first else []
        super().__init__(data, initial=_guess(names))
        choices = [(str(index), f"{index + 1}: {name[:LONGEST_NAME]}") for index, name in enumerate(names)]
        for field in ("user", "assistant"):
            self.fields[field].choices = choices  # type: ignore[attr-defined]
        self.fields["system"].choices = [("", _("none")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "user" in data and data["user"] == data.get("assistant"):
            self.add_error("assistant", _("Choose another column than the user's."))
        return data

    def columns(self) -> Columns:
        return Columns(**self.cleaned_data)


def _guess(names: list[str]) -> dict[str, Any]:
    user = _find(names, USER_NAMES)
    assistant = _find(names, ASSISTANT_NAMES)
    known = user is not None or assistant is not None
    return {
        "user": 0 if user is None else user,
        "assistant": 1 if assistant is None else assistant,
        "system": _find(names, SYSTEM_NAMES),
        "has_header": known or len(names) < 2,
    }


def _find(names: list[str], known: tuple[str, ...]) -> int | None:
    """The column with one of the known names in its own; the whole name counts most."""
    low = [name.strip().lower() for name in names]
    for wanted in known:
        if wanted in low:
            return low.index(wanted)
    return next((i for i, name in enumerate(low) if len(name) <= LONGEST_GUESS and any(k in name for k in known)), None)
