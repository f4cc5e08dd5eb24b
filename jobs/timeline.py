"""A job's events as sentences for its timeline."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from finetune_portal.phrases import sentences
from jobs.looks import CANCELING, HELD, LOOKS, Look
from jobs.models import JobEvent
from jobs.states import State
from jobs.wording import Said, isolate, quoted

Kind = JobEvent.Kind


@dataclass(frozen=True)
class Entry:
    """An event in the timeline; `day` where it is not the day of the entry above (today for the first)."""

    at: datetime
    said: Said
    day: date | None


def timeline(events: Iterable[JobEvent]) -> list[Entry]:
    """The entries, in the order given."""
    entries = []
    above = timezone.localdate()
    for event in events:
        day = timezone.localdate(event.at)
        entries.append(Entry(event.at, event_words(event), day if day != above else None))
        above = day
    return entries


def event_words(event: JobEvent) -> Said:
    """What happened, by whom, and what the service said to it."""
    title, text, look = _state(event) if event.kind == Kind.STATE else _other(event)
    said = [text, quoted(event.detail.get("text")), _request(event.detail)]
    return Said(title, sentences(*said), look.css, look.icon)


def _state(event: JobEvent) -> tuple[str, str, Look]:
    to = State(event.to_state)
    who = {"who": isolate(event.actor.username) if event.actor else ""}
    if to == State.QUEUED and event.why == "put_back":
        return _("Put back in its place by %(who)s") % who, "", Look("is-idle", "plus")
    if to == State.QUEUED and event.why == "rerun":
        return _("Queued by the portal"), _("The run before it failed with code 1."), Look("is-idle", "plus")
    if to == State.QUEUED and event.from_state == "":
        return _("Queued by %(who)s") % who if event.actor else _("Queued"), "", Look("is-idle", "plus")
    if to == State.QUEUED:
        return _("Not yet"), _back(event), Look("is-wait", "pend")
    if to == State.CANCELED and event.actor:
        return _("Canceled by %(who)s") % who, "", LOOKS[to]
    return str(to.label), _moved(event, to), LOOKS[to]


def _back(event: JobEvent) -> str:
    match event.why:
        case "absent":
            return _("The service's list does not show it, so it was not made. It waits in the queue again.")
        case "file_forgotten":
            return _("The service no longer has its file. It is uploaded again.")
        case _:
            return _NOT_MADE.get(event.detail.get("reason", ""), _not_made)()


def _not_made() -> str:
    return _("The service made nothing. It waits in the queue again.")


_NOT_MADE = {
    "QuotaFull": lambda: _("No room: a limit of the account is reached."),
    "TooFast": lambda: _("The service asked us to slow down."),
    "KeyRefused": lambda: _("The key was refused."),
    "MoneyTrouble": lambda: _("The service asks for money."),
    "Unreachable": lambda: _("The service could not be reached."),
}


def _moved(event: JobEvent, to: State) -> str:
    if event.why == "adopted":
        return _("The answer was lost on the way. Found in the service's list, so not sent again.")
    if event.why == "file_refused":
        return _("The service refused its file.")
    if to == State.LOST:
        return _("The service no longer lists it, and does not know its id. We look again at every pass.")
    if to == State.FAILED and event.why == "refused":
        return _("The service refused to make it.")
    if event.from_state == State.LOST:
        return _("The service lists it again.")
    word = str(event.detail.get("word", ""))
    if word and word.lower() != to.value:
        return _("%(word)s, as the service calls it.") % {"word": isolate(word)}
    return _("Resources for training are being prepared.") if to == State.PENDING else ""


def _other(event: JobEvent) -> tuple[str, str, Look]:
    who = isolate(event.actor.username) if event.actor else _("the service")
    wait, bad = Look("is-wait", "warn"), Look("is-bad", "fail")
    detail: dict[str, Any] = event.detail
    match event.kind:
        case Kind.CANCEL_REQUESTED:
            return _("Cancel asked for by %(who)s") % {"who": who}, "", CANCELING
        case Kind.CANCEL_SENT:
            return _("Cancel sent to the service"), "", CANCELING
        case Kind.CANCEL_REFUSED:
            return _("The service refused the cancel"), _("The job goes on."), bad
        case Kind.NOT_YET:
            return _("Not yet"), _NOT_MADE.get(detail.get("reason", ""), _not_made)(), Look("is-wait", "pend")
        case Kind.OUTCOME_UNKNOWN:
            text = _("No answer to the create call: made or not, nobody knows. It is looked for, never sent blindly.")
            return _("Outcome unknown"), text, wait
        case Kind.FREE_REQUESTED:
            return _("Slot to be freed, asked for by %(who)s") % {"who": who}, "", Look("is-idle", "send")
        case Kind.FREED if detail.get("elsewhere"):
            return _("Slot freed"), _("It was deleted at the service by someone else."), Look("is-idle", "ok")
        case Kind.FREED:
            return _("Slot freed"), _("Deleted at the service; this record stays."), Look("is-idle", "ok")
        case Kind.FREE_REFUSED:
            return _("The service refused to free the slot"), _("It stays held."), bad
        case Kind.DUPLICATE:
            text = _("A second job came of one create call: %(id)s. It is canceled.")
            return _("Doubled at the service"), text % {"id": isolate(str(detail.get("other", "")))}, wait
        case Kind.MOVED:
            places = {"was": detail.get("was", ""), "now": detail.get("now", "")}
            text = _("Now #%(now)s, was #%(was)s.") % places
            return _("Moved in the queue by %(who)s") % {"who": who}, text, Look("is-idle", "next")
        case Kind.HELD:
            note = isolate(str(detail.get("note", "")))
            said = _('Why: "%(note)s"') % {"note": note} if detail.get("note") else ""
            return _("Held by %(who)s") % {"who": who}, said, HELD
        case Kind.RELEASED:
            return _("Released by %(who)s") % {"who": who}, "", Look("is-idle", "next")
        case Kind.RUN_AGAIN:
            text = _("As asked for: an internal error may pass. Runs left after this one: %(count)s.")
            return _("Run again by the portal"), text % {"count": detail.get("left", 0)}, Look("is-idle", "plus")
        case Kind.UPLOADED:
            return _("File uploaded to the service"), str(detail.get("file", "")), Look("is-idle", "up")
    return str(event.kind), "", Look("is-idle", "info")


def _request(detail: dict[str, Any]) -> str:
    """The request id, where the service said something that support may be asked about."""
    if not (detail.get("text") and detail.get("request_id")):
        return ""
    return _("Request %(id)s.") % {"id": detail["request_id"]}
