"""Filters of the datasets' pages."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from datasets import origin as origins
from datasets.models import Dataset

register = template.Library()

UNITS = ["KB", "MB", "GB", "TB"]
KILO = 1024


@register.filter
def file_size(count: int | None) -> str:
    """A number of bytes in its largest unit: `812 bytes`, `41.7 MB`, `300 MB`."""
    size = float(count or 0)
    if size < KILO:
        return _("%(n)s bytes") % {"n": number_format(int(size))}
    power = 1
    while size >= KILO ** (power + 1) and power < len(UNITS):
        power += 1
    size /= KILO**power
    decimals = 0 if size >= 100 or size == int(size) else 1
    return f"{number_format(size, decimals, force_grouping=True)} {UNITS[power - 1]}"


@register.filter
def plain(number: int | None) -> str:
    """A number for an attribute or a field: its digits alone, in every language."""
    return "" if number is None else str(number)


@register.filter
def origin(dataset: Dataset) -> str:
    """How a version was made here: `line 48,213 edited`."""
    return origins.sentence(dataset)
