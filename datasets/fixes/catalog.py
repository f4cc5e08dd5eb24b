"""The fixes there are, in the order in which they are applied, and those that a dataset's report calls for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from datasets.models import Dataset

Count = Callable[[Dataset], int | None]
KEPT_ASIDE = gettext_lazy("kept aside, to be downloaded")


@dataclass(frozen=True)
class Fix:
    """`count` says how many lines or places it is about: None if that is not known before, 0 if it is not needed.

    `words` are a sentence or, with a number in it, one that depends on the count. `is_plain`: it is chosen unless
    somebody decides otherwise, for all that it does is to make wrong lines right.
    """

    key: str
    count: Count
    words: Callable[[int], str]
    effect: Callable[[int], str]
    is_plain: bool = False


@dataclass(frozen=True)
class Offer:
    """A fix for one dataset, in words."""

    key: str
    words: str
    effect: str
    is_chosen: bool


def _number(count: int) -> str:
    return number_format(count, use_l10n=True, force_grouping=True)


def _counted(words: Any) -> Callable[[int], str]:
    """Of an `ngettext_lazy` over `count`."""
    return lambda count: str(words % {"count": count, "n": _number(count)})


def _always(words: Promise) -> Callable[[int], str]:
    return lambda _count: str(words)


def _errors(count: int) -> str:
    return ngettext("%(n)s error goes", "%(n)s errors go", count) % {"n": _number(count)}


def _warnings(count: int) -> str:
    return ngettext("%(n)s warning goes", "%(n)s warnings go", count) % {"n": _number(count)}


def _of_code(code: str) -> Count:
    return lambda dataset: dataset.counts.get(code, 0)


def _of_format(name: str) -> Count:
    """Lines of the file's own format; where formats are mixed, an unknown number of them."""

    def count(dataset: Dataset) -> int | None:
        if "mixed_formats" in dataset.counts:
            return None
        return dataset.examples if dataset.format == name else 0

    return count


FIXES = [
    Fix("utf16", _of_code("utf16"), _always(gettext_lazy("Write the file as UTF-8")), _errors, is_plain=True),
    Fix(
        "to_lines",
        lambda dataset: dataset.counts.get("json_array", 0) or dataset.counts.get("pretty_printed_json", 0),
        _always(gettext_lazy("Write each object on a line of its own")),
        _errors,
        is_plain=True,
    ),
    Fix("strip_bom", _of_code("utf8_bom"), _always(gettext_lazy("Strip the byte order mark")), _errors, is_plain=True),
    Fix(
        "crlf",
        lambda dataset: dataset.crlf_lines,
        _counted(ngettext_lazy("End %(n)s line with LF, not CRLF", "End %(n)s lines with LF, not CRLF", "count")),
        _always(gettext_lazy("the text stays the same")),
    ),
    Fix(
        "drop_blank",
        _of_code("blank_line"),
        _counted(ngettext_lazy("Drop %(n)s blank line", "Drop %(n)s blank lines", "count")),
        _errors,
        is_plain=True,
    ),
    Fix(
        "space_markers",
        _of_code("bad_marker_spacing"),
        _counted(
            ngettext_lazy(
                "Put %(n)s marker right after two newlines", "Put %(n)s markers right after two newlines", "count"
            )
        ),
        _always(gettext_lazy("where no other text stands before the first")),
        is_plain=True,
    ),
    Fix(
        "text_to_messages",
        _of_format("text"),
        _always(gettext_lazy("Turn text into messages")),
        _always(gettext_lazy("lines without errors; text is being withdrawn")),
    ),
    Fix(
        "prompt_to_messages",
        _of_format("prompt_completion"),
        _always(gettext_lazy("Turn prompt and completion into messages")),
        _always(gettext_lazy("lines without errors")),
    ),
    Fix(
        "drop_bad",
        lambda dataset: dataset.error_lines,
        _counted(ngettext_lazy("Drop %(n)s bad line", "Drop %(n)s bad lines", "count")),
        _always(KEPT_ASIDE),
    ),
    Fix(
        "drop_duplicates",
        lambda dataset: dataset.warning_counts.get("duplicate_line", 0),
        _counted(
            ngettext_lazy(
                "Drop %(n)s duplicate line, keep the first", "Drop %(n)s duplicate lines, keep the first", "count"
            )
        ),
        _warnings,
    ),
]

ORDER = [fix.key for fix in FIXES]
NAMES: dict[str, Promise] = {
    "utf16": gettext_lazy("UTF-16 to UTF-8"),
    "to_lines": gettext_lazy("one object a line"),
    "strip_bom": gettext_lazy("byte order mark stripped"),
    "crlf": gettext_lazy("CRLF to LF"),
    "drop_blank": gettext_lazy("blank lines dropped"),
    "space_markers": gettext_lazy("markers spaced"),
    "text_to_messages": gettext_lazy("text to messages"),
    "prompt_to_messages": gettext_lazy("prompt and completion to messages"),
    "drop_bad": gettext_lazy("bad lines dropped"),
    "drop_duplicates": gettext_lazy("duplicate lines dropped"),
}


def offers(dataset: Dataset, chosen: Iterable[str] | None = None) -> list[Offer]:
    """The fixes that the dataset's report calls for; `chosen` if somebody chose already, else the plain ones are."""
    wanted = set(chosen) if chosen is not None else {fix.key for fix in FIXES if fix.is_plain}
    found = [(fix, fix.count(dataset)) for fix in FIXES]
    return [_offer(fix, dataset, count, fix.key in wanted) for fix, count in found if count != 0]


def known(chosen: Iterable[str]) -> list[str]:
    """Those that there are among the names that came with a form, in their order."""
    names = set(chosen)
    return [key for key in ORDER if key in names]


def named(key: str, count: int) -> str:
    """`9 × blank lines dropped`: what a fix did, for the list of versions."""
    name = NAMES.get(key)
    if key in ("utf16", "to_lines", "strip_bom") or name is None:
        return str(name or key)
    return _("%(what)s: %(n)s") % {"what": name, "n": _number(count)}


def _offer(fix: Fix, dataset: Dataset, count: int | None, is_chosen: bool) -> Offer:
    return Offer(fix.key, fix.words(count or 0), fix.effect(count or 0), is_chosen)
