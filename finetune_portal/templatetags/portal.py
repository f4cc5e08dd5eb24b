"""Tags and filters that templates of every app use."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finetune_portal.phrases import between_sentences

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of static/icons.svg; words stand beside it, so it is hidden from screen readers."""
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#i-{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def gap() -> str:
    """What stands between two sentences: a space, or in Chinese nothing, whose full stop is wide enough."""
    return between_sentences()


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A point in time in the viewer's zone: the clock time today, with its date on other days."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    today = timezone.localtime().date()
    if local.date() == today:
        shown = local.strftime("%H:%M")
    elif local.year == today.year:
        shown = f"{formats.date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"
    else:
        shown = f"{formats.date_format(local, 'SHORT_DATE_FORMAT')} {local:%H:%M}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}", shown
    )


@register.filter
def span(value: timedelta | None) -> str:
    """A length of time in its two largest units: `42 s`, `6 min`, `1 h 5 min`, `2 days`."""
    if value is None:
        return ""
    seconds = max(0, int(value.total_seconds()))
    if seconds < 60:
        return _("%(count)s s") % {"count": seconds}
    minutes = seconds // 60
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}


@register.filter
def since(value: datetime | None) -> str:
    """How long ago `value` was, as `span` says it."""
    return "" if value is None else span(timezone.now() - value)
