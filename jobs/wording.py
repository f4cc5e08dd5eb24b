"""What pages say in words: why a job waits, and what ails an account. (`failures` and `timeline` say the rest.)

Sentences are plain text: templates escape them, names inside them stand between Unicode isolates (what `<bdi>` is to
markup). The service's own words are quoted as they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finetune_portal.phrases import enumeration, sentences
from jobs.models import AccountSync, Job
from jobs.states import WaitReason


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


def wait_reason(job: Job, names: Mapping[int, str]) -> str:
    """Why a queued job waits, from what the sync loop stored. `names` are those of the jobs that the detail names."""
    detail = job.wait_detail
    say = _WAITS.get(job.wait_reason)
    reason = say(detail, names) if say else _("Waits for the next look at the service.")
    return sentences(reason, quoted(detail.get("refusal")))


def jobs_named(job: Job) -> set[int]:
    """The ids of the jobs that the reason of a queued job speaks of."""
    detail = job.wait_detail
    ids = [detail.get("job"), detail.get("next"), *(detail.get("jobs") or [])]
    return {pk for pk in ids if isinstance(pk, int)}


def _new(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    return _("Just queued.")


def _paused(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    return _("Its account is off or rests: the page of accounts says which.")


def _behind(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    ahead = detail.get("ahead") or 1
    first = names.get(detail.get("next") or 0)
    if first and ahead == 1:
        return _("Waits for %(name)s, the one before it.") % {"name": isolate(first)}
    return ngettext("Waits for the job before it.", "Waits for the %(count)s jobs before it.", ahead) % {"count": ahead}


def _running(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    name = names.get(detail.get("job") or 0) or str(detail.get("name") or "")
    if not name:
        return _("Waits for the running slot.")
    if detail.get("job") is None:
        return _("Waits for the running slot: %(name)s, made elsewhere, has it.") % {"name": isolate(name)}
    return _("Waits for the running slot: %(name)s has it.") % {"name": isolate(name)}


def _slots(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    holders = [names[pk] for pk in detail.get("jobs") or [] if pk in names]
    if not holders:
        return _("Waits for a free slot.")
    return ngettext(
        "Waits for a free slot: %(names)s has succeeded and holds one.",
        "Waits for a free slot: %(names)s have succeeded and hold one each.",
        len(holders),
    ) % {"names": listed(holders)}


def _uploading(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    if not detail.get("dataset"):
        return _("Its file is on its way to the service.")
    return _("Its file %(name)s is on its way to the service.") % {"name": isolate(str(detail["dataset"]))}


def _too_fast(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    return sentences(_("The service asked us to slow down."), _next_try(detail))


def _unreachable(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    return sentences(_("The service cannot be reached%(since)s.") % {"since": _since(detail)}, _next_try(detail))


def _key_refused(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    said = _("The key is refused%(since)s. An admin must check it.") % {"since": _since(detail)}
    return sentences(said, quoted(detail.get("text")))


def _money(detail: dict[str, Any], names: Mapping[int, str]) -> str:
    said = _("The service asks for money%(since)s. Waiting does not help.") % {"since": _since(detail)}
    return sentences(said, quoted(detail.get("text")))


def _since(detail: dict[str, Any]) -> str:
    since = clock(detail.get("since"))
    return _(" since %(time)s") % {"time": since} if since else ""


def _next_try(detail: dict[str, Any]) -> str:
    retry_at = clock(detail.get("retry_at"))
    return _("Next try at %(time)s.") % {"time": retry_at} if retry_at else ""


_WAITS: dict[str, Callable[[dict[str, Any], Mapping[int, str]], str]] = {
    WaitReason.NEW: _new,
    WaitReason.BEHIND: _behind,
    WaitReason.RUNNING: _running,
    WaitReason.SLOTS: _slots,
    WaitReason.UPLOADING: _uploading,
    WaitReason.PAUSED: _paused,
    WaitReason.KEY_REFUSED: _key_refused,
    WaitReason.MONEY: _money,
    WaitReason.UNREACHABLE: _unreachable,
    WaitReason.TOO_FAST: _too_fast,
}


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
