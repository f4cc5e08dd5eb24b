"""The audit trail: who did what in a team.

A verb is a short name that is stored; each app says with `register`, when it is loaded, how its verbs read.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from finetune_portal.phrases import series
from teams.models import AuditEntry, Role, Team, User

_words: dict[str, Promise | str] = {
    "team_made": _("made the team {target}"),
    "joined": _("joined as {role}"),
    "member_added": _("added {target} as {role}"),
    "role_set": _("set the role of {target} to {role}"),
    "role_changed": _("changed the role of {target} from {before} to {role}"),
    "member_removed": _("removed {target}, {role}"),
    "invitation_made": _("made a link to join as {role}"),
    "invitation_made_for": _("made a link for {target} to join as {role}"),
    "invitation_revoked": _("revoked a link to join as {role}"),
    "invitation_revoked_for": _("revoked the link for {target} to join as {role}"),
    "password_link_made": _("made a link with which {target} can set a new password"),
    "password_set": _("set a new password by a link"),
    "account_added": _("added the account {target}"),
    "account_changed": _("changed the account {target}: {fields}"),
    "account_key_changed": _("changed the key of {target} to {key}"),
    "account_switched_on": _("switched the account {target} on"),
    "account_switched_off": _("switched the account {target} off"),
    "account_switched_off_because": _("switched the account {target} off: {note}"),
}


def register(words: Mapping[str, Promise | str]) -> None:
    """Say how verbs read: `{"job_queued": _("queued {target}")}`. What is in braces is the entry's target or a key
    of its detail."""
    _words.update(words)


def record(team: Team, actor: User | None, verb: str, target: str = "", **detail: Any) -> None:
    """Add an entry; call it in the transaction of what it records."""
    AuditEntry.objects.create(team=team, actor=actor, verb=verb, target=target[:200], detail=detail)


def sentence(entry: AuditEntry) -> SafeString:
    """What was done, in words that follow the name of who did it. A verb that nobody registered reads as it is."""
    target = format_html("<bdi>{}</bdi>", entry.target) if entry.target else ""
    words = _words.get(entry.verb)
    if words is None:
        return format_html("{} {}", entry.verb.replace("_", " "), target)
    pattern = str(words)
    named = {
        name: "" for _literal, name, _format, _conversion in Formatter().parse(pattern) if name
    }  # an old entry may lack some
    shown = {name: _show(value) for name, value in entry.detail.items()}
    return format_html(pattern, **(named | shown | {"target": target}))


def _show(value: Any) -> str:
    if value in Role.values:
        return str(Role(value).label)
    return series(str(part) for part in value) if isinstance(value, list) else str(value)
