"""What will happen to a job that is queued now, said before the click: its place, and what it will wait for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from jobs import queries
from jobs.models import Job
from jobs.order import fair_place
from jobs.racks import Rack, racks_of
from jobs.wording import Said, listed, trouble
from teams.models import ProviderAccount, Team, User


@dataclass(frozen=True)
class Outlook:
    """The outlook at one account. `place` counts from 1; `holders` are succeeded jobs whose slots can be freed."""

    account: ProviderAccount
    rack: Rack
    place: int
    said: Said
    holders: list[Job]


def outlooks_of(team: Team, person: User) -> list[Outlook]:
    """The outlooks for a job of the person."""
    queues = queries.people_waiting(team)
    racks = [rack for rack in racks_of(team) if rack.account.is_usable]
    return [_outlook(rack, queues.get(rack.account.pk, []), person) for rack in racks]


def _outlook(rack: Rack, queue: list[tuple[int, bool]], person: User) -> Outlook:
    before = fair_place([owner for owner, _ in queue], person.pk)
    ahead = sum(not is_held for _, is_held in queue[:before])
    no_slot = ahead >= rack.free
    return Outlook(rack.account, rack, before + 1, _said(rack, ahead), rack.holders if no_slot else [])


def _said(rack: Rack, ahead: int) -> Said:
    if rack.sync and rack.sync.trouble:
        return trouble(rack.sync)
    if ahead >= rack.free:
        holders = [job.name for job in rack.holders]
        if not holders:
            text = _("It waits until a job at the service fails, is canceled or is deleted.")
        elif len(holders) == 1:
            text = _("%(names)s has succeeded and can give one now.") % {"names": listed(holders)}
        else:
            text = _("%(names)s have succeeded and can give one each.") % {"names": listed(holders)}
        return Said(_("No slot will be left for it."), text, "is-wait", "warn")
    if ahead:
        return Said(_("It waits for those before it."), "", "is-idle", "pend")
    if not rack.quota.may_run:
        running = [bay.name for bay in rack.held if bay.look.css == "is-run"]
        text = _("%(names)s has it.") % {"names": listed(running)} if running else ""
        return Said(_("It waits for the running slot."), text, "is-idle", "pend")
    return Said(_("It is next: it starts when its file is at the service."), "", "is-good", "ok")
