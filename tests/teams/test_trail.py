"""The audit trail, in words and in pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from teams import audit
from teams.models import AuditEntry, Team, User

ClientFor = Callable[[User], Client]


def words(team: Team, verb: str, target: str = "", **detail: object) -> str:
    audit.record(team, None, verb, target, **detail)
    entry = AuditEntry.objects.first()
    assert entry
    return audit.sentence(entry)


def test_it_says_who_did_what(team: Team) -> None:
    said = words(team, "role_changed", "lin", role="viewer", before="member")
    assert said == "changed the role of <bdi>lin</bdi> from Member to Viewer"


def test_names_stay_text(team: Team) -> None:
    assert "&lt;b&gt;" in words(team, "account_added", "<b>")
    assert "{role.__class__}" in words(team, "member_removed", "{role.__class__}", role="admin")


def test_apps_say_how_their_verbs_read(team: Team) -> None:
    audit.register({"tested": _("tested {target} {times} times")})
    assert words(team, "tested", "it", times=3) == "tested <bdi>it</bdi> 3 times"


@pytest.mark.parametrize("verb", ["some_verb", "{verb}", "{0}"])
def test_an_unknown_verb_reads_as_it_is(team: Team, verb: str) -> None:
    assert words(team, verb, "lin").endswith(" <bdi>lin</bdi>")


def test_a_detail_that_is_missing_leaves_a_gap(team: Team) -> None:
    assert words(team, "account_changed", "Main") == "changed the account <bdi>Main</bdi>: "


def test_it_is_paged(client_for: ClientFor, team: Team, admin: User) -> None:
    for number in range(120):
        audit.record(team, admin, "account_added", f"account-{number:03}")
    browser, url, seen = client_for(admin), f"/t/{team.slug}/audit/", 0
    pages = 0
    while url:
        page = browser.get(url).content.decode()
        seen += page.count("added the account")
        pages += 1
        older = [part for part in page.split('"') if part.startswith("?before=")]
        url = f"/t/{team.slug}/audit/{older[0]}" if older else ""
    assert (pages, seen) == (3, 120)


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 40, "²"])
def test_it_takes_any_page_number(client_for: ClientFor, team: Team, admin: User, before: str) -> None:
    assert client_for(admin).get(f"/t/{team.slug}/audit/", {"before": before}).status_code == 200


def test_a_team_sees_its_own(client_for: ClientFor, team: Team, admin: User, outsider: User) -> None:
    audit.record(team, admin, "account_added", "ours-alone")
    assert "ours-alone" in client_for(admin).get(f"/t/{team.slug}/audit/").content.decode()
    assert "ours-alone" not in client_for(outsider).get("/t/elsewhere/audit/").content.decode()


def test_pages_cost_the_same_however_long_the_trail(client_for: ClientFor, team: Team, admin: User) -> None:
    browser = client_for(admin)
    costs = []
    for _pass in range(2):
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/t/{team.slug}/audit/")
        costs.append(len(queries))
        for number in range(60):
            audit.record(team, admin, "account_added", str(number))
    assert costs[1] <= costs[0]


def test_words_are_chosen_when_they_are_read(team: Team) -> None:
    with translation.override("zh-hans"):
        assert words(team, "team_made", "Lab")
