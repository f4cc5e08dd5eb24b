"""Words for what jobs and accounts are, and what ails an account. (`reasons`, `failures`, `timeline` say the rest.)

Sentences are plain text: templates escape them, names inside them stand between Unicode isolates (what `<bdi>` is to
markup). The service's own words are quoted as they came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from finetune_portal.phrases import enumeration, sentences
from jobs.models import AccountSync


def isolate(name: str) -> str:
    """A name that a person or the service chose, so that its direction does not spill into the sentence."""
    return f"\u2068{name}\u2069"


def listed(names: Iterable[str], most: int = 3) -> str:
    """`A`, `A and B`, `A, B and C`, `A, B, C and 2 more`."""
    shown = [isolate(name) for name in names]
    if len(shown) > most:
        shown[most:] = [_("%(count)s more") % {"count": len(shown) - most}]
    return enumeration(shown)


def clock(value: datetime | str | None) -> str:
    """A point in time in the viewer's zone, as text: the clock time today, with its date on other days."""
    try:
        at = parse_datetime(value) if isinstance(value, str) else value
    except ValueError:
        at = None
    if at is None:
        return ""
    local = timezone.localtime(at if timezone.is_aware(at) else timezone.make_aware(at))
    today = local.date() == timezone.localtime().date()
    return f"{local:%H:%M}" if today else f"{formats.date_format(local, 'MONTH_DAY_FORMAT')} {local:%H:%M}"


def quoted(text: object) -> str:
    """A sentence with the service's own words, or nothing."""
    return _('The service said: "%(text)s"') % {"text": text} if text else ""


@dataclass(frozen=True)
class Said:
    """A verdict: the sentence that stands in bold, the rest, and how it looks."""

    title: str
    text: str = ""
    css: str = "is-idle"
    icon: str = "info"


def trouble(sync: AccountSync) -> Said:
    """What keeps an account from working, since when, and what that means for its jobs."""
    kinds = AccountSync.Trouble
    at = {"account": isolate(sync.account.name), "time": clock(sync.trouble_since)}
    match sync.trouble:
        case kinds.KEY_REFUSED:
            title = _("The key of %(account)s is refused since %(time)s.") % at
            text = sentences(_("Jobs keep their last known state; nothing is submitted."), quoted(sync.trouble_text))
            return Said(title, text, "is-bad", "fail")
        case kinds.MONEY:
            title = _("The service asks for money for %(account)s since %(time)s.") % at
            text = sentences(_("Nothing is submitted until it is paid."), quoted(sync.trouble_text))
            return Said(title, text, "is-bad", "fail")
        case kinds.TOO_FAST:
            title = _("The service asked us to slow down at %(time)s.") % at
        case kinds.SERVICE_DOWN:
            title = _("The service answers %(account)s with errors since %(time)s.") % at
        case _:
            title = _("The service cannot be reached for %(account)s since %(time)s.") % at
    kept = _("What you see is its last known state. The portal goes on asking, and nothing is lost.")
    return Said(title, kept, "is-wait", "warn")
