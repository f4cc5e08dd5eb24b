"""What to say first about a dataset: can it train, and if not, what the service would answer."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from datasets.models import Dataset
from finetune_portal.phrases import alternatives

# The codes with which the service fails a job, and our codes that it would fail with them.
NOT_JSON = {"invalid_json", "invalid_utf8", "json_array", "pretty_printed_json", "utf16", "binary_file"}
SERVICE_CODES: list[tuple[str, Promise, set[str]]] = [
    ("13", gettext_lazy("blank lines"), {"blank_line"}),
    ("14", gettext_lazy("not JSON"), NOT_JSON),
    ("15", gettext_lazy("too few lines"), {"too_few_lines", "empty_file"}),
]


def refusal(dataset: Dataset) -> str:
    """`Cannot train yet: 37 errors on 36 of 18,432 lines.`"""
    errors = _count(ngettext("%(n)s error", "%(n)s errors", dataset.error_count), dataset.error_count)
    if not dataset.error_lines:
        return _("Cannot train yet: %(errors)s.") % {"errors": errors}
    lines = _count(ngettext("%(n)s line", "%(n)s lines", dataset.lines), dataset.lines)
    return _("Cannot train yet: %(errors)s on %(wrong)s of %(lines)s.") % {
        "errors": errors,
        "wrong": _number(dataset.error_lines),
        "lines": lines,
    }


def at_the_service(dataset: Dataset) -> str:
    """Under which codes the service would fail a job on it; empty if our rules alone refuse it."""
    found = [
        _("%(code)s (%(meaning)s)") % {"code": code, "meaning": meaning}
        for code, meaning, ours in SERVICE_CODES
        if ours & dataset.counts.keys()
    ]
    if not found:
        return ""
    return _("The service would refuse this file with code %(codes)s.") % {"codes": alternatives(found)}


def _count(words: str, number: int) -> str:
    return words % {"n": _number(number)}


def _number(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
