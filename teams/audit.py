"""The audit trail: who did what in a team.

A verb is a short name that is stored; each app says with `register`, when it is loaded, how its verbs read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from teams.models import AuditEntry, Role, Team, User

_words: dict[str, Promise | str] = {
    "team_made": _("made the team {target}"),
    "joined": _("joined as {role}"),
    "role_changed": _("changed the role of {target} from {before} to {role}"),
    "member_removed": _("removed {target}, {role}"),
    "invitation_made": _("made a link to join as {role} {target}"),
    "invitation_revoked": _("revoked a link to join as {role} {target}"),
    "password_link_made": _("made a link with which {target} can set a new password"),
    "password_set": _("set a new password by a link"),
    "account_added": _("added the account {target}"),
    "account_changed": _("changed the account {target}: {fields}"),
    "account_key_changed": _("changed the key of {target} to {key}"),
    "account_switched_on": _("switched the account {target} on"),
    "account_switched_off": _("switched the account {target} off"),
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
    pattern = str(_words.get(entry.verb) or entry.verb.replace("_", " ").replace("{", "") + " {target}")
    shown = {name: _show(value) for name, value in entry.detail.items()}
    target = format_html("<bdi>{}</bdi>", entry.target) if entry.target else ""
    return format_html(pattern, **_Shown(shown | {"target": target}))


class _Shown(dict[str, Any]):
    """Older entries may lack what a newer pattern names."""

    def __missing__(self, name: str) -> str:
        return ""


def _show(value: Any) -> str:
    if value in Role.values:
        return str(Role(value).label)
    return ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
