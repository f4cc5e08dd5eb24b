"""The mark of the product in the header: it draws the team's quota on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from jobs.models import AccountSync
from jobs.racks import Rack, racks_of
from jobs.wording import Said, trouble
from teams.models import ProviderAccount

register = template.Library()

WIDTH = 32.0
MOST_BARS = 10


@dataclass(frozen=True)
class Meter:
    """SVG paths: bars of running jobs, of held slots, and of free ones (hollow)."""

    label: str
    running: str
    held: str
    free: str


@register.inclusion_tag("jobs/_meter.html", takes_context=True)
def quota_meter(context: Context, swap: bool = False) -> dict[str, Any]:
    """`swap`: part of an answer that htmx swaps in; the mark then goes to its place by its id. A page that has read
    the racks already passes them on as `racks`."""
    team = getattr(context.get("request"), "team", None)
    racks = context.get("racks")
    if racks is None and team is not None:
        racks = racks_of(team)
    return {"meter": draw([rack for rack in racks or [] if rack.account.is_usable]), "swap": swap}


@register.simple_tag
def trouble_of(account: ProviderAccount) -> Said | None:
    """What keeps an account from working, for pages that list accounts."""
    sync = AccountSync.objects.select_related("account").filter(account=account).exclude(trouble="").first()
    return trouble(sync) if sync else None


def draw(racks: list[Rack]) -> Meter | None:
    """Tall bars are the running slots, short ones the others; an account with many slots is drawn in ten."""
    if not racks:
        return None
    quotas = [rack.quota for rack in racks]
    held, slots = sum(q.existing for q in quotas), sum(q.max_existing for q in quotas)
    running, tall = sum(q.running for q in quotas), sum(q.max_running for q in quotas)
    label = _("%(held)s of %(slots)s job slots held, %(running)s of %(tall)s running")
    bars = min(slots, MOST_BARS)
    scale = bars / slots
    full = min(bars, -(-held * bars // slots))
    cobalt = min(full, -(-running * bars // slots))
    high = max(1, round(tall * scale))
    return Meter(
        label=label % {"held": held, "slots": slots, "running": running, "tall": tall},
        running="".join(_bar(place, bars, high) for place in range(cobalt)),
        held="".join(_bar(place, bars, high) for place in range(cobalt, full)),
        free="".join(_bar(place, bars, high, hollow=True) for place in range(full, bars)),
    )


def _bar(place: int, bars: int, tall: int, *, hollow: bool = False) -> str:
    pitch = WIDTH / bars
    inset = 0.5 if hollow else 0
    x, top = pitch * place + inset, (0 if place < tall else 7) + inset
    width = max(1.0, pitch * 0.78 - 2 * inset)
    return f"M{x:.4g} {top:.4g}h{width:.4g}V{20 - inset:.4g}h-{width:.4g}z"
