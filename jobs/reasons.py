"""Why a queued job waits, in words: what the sync loop stored, who can change it, and whether waiting helps.

The reason and the ids in its detail are the scheduler's (`jobs.waiting`); names, links and the number of jobs before it
come at rendering. Unlike other sentences these hold links, so they are made as HTML, with everything else escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finetune_portal.phrases import enumeration, sentences
from jobs.models import Job
from jobs.states import WaitReason
from jobs.wording import clock, isolate, quoted

# So many holders of slots are named, the others counted.
NAMED = 3


@dataclass(frozen=True)
class Reason:
    """`text` says what the job waits for, `remedy` who can change it and whether waiting helps."""

    text: str
    remedy: str
    waiting_helps: bool

    @property
    def whole(self) -> SafeString:
        return _joined(self.text, self.remedy)


@dataclass(frozen=True)
class _Waiting:
    """A job that waits, the names of the jobs that its reason speaks of, and how many wait before it."""

    job: Job
    names: Mapping[int, str]
    ahead: int

    @property
    def detail(self) -> dict[str, Any]:
        detail: dict[str, Any] = self.job.wait_detail
        return detail

    def link(self, pk: int | None) -> SafeString | None:
        """The name of a job, as a link to it; None for one that is gone."""
        name = self.names.get(pk or 0)
        return _link(reverse("job", args=[self.job.team.slug, pk]), name) if name else None

    @property
    def accounts(self) -> SafeString:
        return _link(reverse("accounts", args=[self.job.team.slug]), _("the accounts"))


def wait_reason(job: Job, names: Mapping[int, str], *, ahead: int = 0) -> Reason:
    """`names` are those of `jobs_named`, `ahead` counts the jobs before it that are not held."""
    say = _WAITS.get(job.wait_reason, _unsaid)
    return say(_Waiting(job, names, ahead))


def jobs_named(job: Job) -> set[int]:
    """The ids of the jobs that the reason of a queued job speaks of."""
    detail = job.wait_detail
    ids = [detail.get("job"), detail.get("next"), *(detail.get("jobs") or [])]
    return {pk for pk in ids if isinstance(pk, int)}


def _unsaid(waiting: _Waiting) -> Reason:
    return _helps(_("Waits for the next look at the service."))


def _new(waiting: _Waiting) -> Reason:
    return _helps(_("Just queued."))


def _held(waiting: _Waiting) -> Reason:
    job = waiting.job
    by = isolate(job.held_by.username) if job.held_by else _("someone")
    text = _("Held by %(who)s since %(time)s.") % {"who": by, "time": clock(job.held_at)}
    return _no_help(_joined(text, _why(job.hold_note)), _("Waiting does not help: any member can release it."))


def _behind(waiting: _Waiting) -> Reason:
    ahead, first = max(waiting.ahead, 1), waiting.link(waiting.detail.get("next"))
    if first is None:
        said = ngettext("Waits for the job before it.", "Waits for the {count} jobs before it.", ahead)
    elif ahead == 1:
        said = _("Waits for {first}, the one before it.")
    else:
        said = _("Waits for the {count} jobs before it; {first} is the next.")
    return _helps(format_html(said, count=ahead, first=first), _("Waiting helps; any member can move it up."))


def _running(waiting: _Waiting) -> Reason:
    ours = waiting.link(waiting.detail.get("job"))
    remedy = _("Waiting helps; to cancel that one would start this one sooner.")
    if ours:
        return _helps(format_html(_("Waits for the running slot: {name} has it."), name=ours), remedy)
    name = str(waiting.detail.get("name") or "")
    if name and waiting.detail.get("job") is None:
        said = _("Waits for the running slot: {name}, made elsewhere, has it.")
        return _helps(format_html(said, name=isolate(name)), remedy)
    return _helps(_("Waits for the running slot."))


def _slots(waiting: _Waiting) -> Reason:
    holders = [link for pk in waiting.detail.get("jobs") or [] if (link := waiting.link(pk))]
    if not holders:
        remedy = _("A slot is free again when a job at the service fails, is canceled or is deleted.")
        return _no_help(_("Waits for a free slot."), sentences(remedy, _next_try(waiting)))
    said = ngettext(
        "Waits for a free slot: {names} has succeeded and holds one.",
        "Waits for a free slot: {names} have succeeded and hold one each.",
        len(holders),
    )
    text = format_html(said, names=_enumerated(holders))
    remedy = _("Waiting does not help: a member must free one.")
    return _no_help(text, sentences(remedy, _next_try(waiting)))


def _uploading(waiting: _Waiting) -> Reason:
    name = isolate(str(waiting.detail.get("dataset") or waiting.job.dataset))
    dataset = _link(reverse("dataset", args=[waiting.job.team.slug, waiting.job.dataset_id]), name)
    text = format_html(_("Its file {name} is on its way to the service."), name=dataset)
    if not waiting.detail.get("text"):
        return _helps(text)
    failed = _('The last try met: "%(text)s"') % {"text": waiting.detail["text"]}
    return _helps(_joined(text, failed), _trying(waiting))


def _paused(waiting: _Waiting) -> Reason:
    account = waiting.job.account
    what = {"account": isolate(account.name), "time": clock(account.paused_at)}
    if account.is_active and account.is_resting:
        text = _("The account %(account)s rests: the portal works with another key now.") % what
        return _no_help(text, _("Waiting does not help: whoever runs the portal decides with which key it works."))
    if account.paused_by:
        what["who"] = isolate(account.paused_by.username)
        text = _("%(who)s switched the account %(account)s off at %(time)s.") % what
    else:
        text = _("The account %(account)s is switched off.") % what
    remedy = format_html(_("Waiting does not help: an admin can switch it on in {page}."), page=waiting.accounts)
    return _no_help(_joined(text, _why(account.pause_note)), remedy)


def _key_refused(waiting: _Waiting) -> Reason:
    what = {"account": isolate(waiting.job.account.name), "since": _since(waiting)}
    text = _("The key of %(account)s is refused%(since)s.") % what
    remedy = format_html(_("Waiting does not help: an admin must check it in {page}."), page=waiting.accounts)
    return _no_help(_joined(text, quoted(waiting.detail.get("text"))), remedy)


def _money(waiting: _Waiting) -> Reason:
    text = _("The service asks for money%(since)s.") % {"since": _since(waiting)}
    remedy = _("Waiting does not help: once it is paid, an admin says so on the board.")
    return _no_help(_joined(text, quoted(waiting.detail.get("text"))), remedy)


def _unreachable(waiting: _Waiting) -> Reason:
    return _helps(_("The service cannot be reached%(since)s.") % {"since": _since(waiting)}, _trying(waiting))


def _too_fast(waiting: _Waiting) -> Reason:
    return _helps(_("The service asked us to slow down."), _trying(waiting))


def _retry_at(waiting: _Waiting) -> Reason:
    text = _("The service had no room when it was asked, though its list shows nothing that runs.")
    return _helps(text, _trying(waiting))


def _trying(waiting: _Waiting) -> str:
    return sentences(_("Waiting helps: the portal tries again by itself."), _next_try(waiting))


def _next_try(waiting: _Waiting) -> str:
    retry_at = clock(waiting.detail.get("retry_at"))
    return _("Next try at %(time)s.") % {"time": retry_at} if retry_at else ""


def _helps(text: str, remedy: str = "") -> Reason:
    return Reason(text, remedy or _("Waiting helps."), waiting_helps=True)


def _no_help(text: str, remedy: str) -> Reason:
    return Reason(text, remedy, waiting_helps=False)


def _why(note: str) -> str:
    return _('Why: "%(note)s"') % {"note": isolate(note)} if note else ""


def _since(waiting: _Waiting) -> str:
    since = clock(waiting.detail.get("since"))
    return _(" since %(time)s") % {"time": since} if since else ""


def _link(address: str, words: str) -> SafeString:
    return format_html('<a href="{}"><bdi>{}</bdi></a>', address, words)


def _enumerated(links: list[SafeString]) -> SafeString:
    """As `enumeration` does it; a long list is counted."""
    shown = links[:NAMED]
    more = [_("%(count)s more") % {"count": len(links) - NAMED}] if links[NAMED:] else []
    places = [f"{{{number}}}" for number in range(len(shown) + len(more))]
    return format_html(enumeration(places), *shown, *more)


def _joined(*parts: str) -> SafeString:
    """Whole sentences one after the other, as `sentences` puts them."""
    between = sentences("\0", "\0").strip("\0")
    return format_html_join(between, "{}", ((part,) for part in parts if part))


_WAITS: dict[str, Callable[[_Waiting], Reason]] = {
    WaitReason.NEW: _new,
    WaitReason.HELD: _held,
    WaitReason.BEHIND: _behind,
    WaitReason.RUNNING: _running,
    WaitReason.SLOTS: _slots,
    WaitReason.UPLOADING: _uploading,
    WaitReason.PAUSED: _paused,
    WaitReason.KEY_REFUSED: _key_refused,
    WaitReason.MONEY: _money,
    WaitReason.UNREACHABLE: _unreachable,
    WaitReason.TOO_FAST: _too_fast,
    WaitReason.RETRY_AT: _retry_at,
}
