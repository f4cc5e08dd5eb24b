"""The first page and a person's own page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from teams.models import Membership, Role, Team, User

ClientFor = Callable[[User], Client]


def test_home_is_the_board_of_the_only_team(client_for: ClientFor, team: Team, viewer: User) -> None:
    assert client_for(viewer).get("/").headers["Location"] == f"/t/{team.slug}/"


def test_home_lets_one_choose_of_several_teams(client_for: ClientFor, team: Team, viewer: User, outsider: User) -> None:
    Membership.objects.create(team=outsider.teams.get(), user=viewer, role=Role.VIEWER)
    page = client_for(viewer).get("/").content.decode()
    assert f'href="/t/{team.slug}/"' in page
    assert 'href="/t/elsewhere/"' in page


def test_home_says_so_without_a_team(client_for: ClientFor, viewer: User) -> None:
    viewer.memberships.all().delete()
    assert "You are in no team" in client_for(viewer).get("/").content.decode()


def test_home_asks_nobody_to_sign_in(client: Client, viewer: User) -> None:
    assert client.get("/").headers["Location"] == "/sign-in/"


def test_a_person_chooses_language_zone_and_theme(client_for: ClientFor, viewer: User) -> None:
    browser = client_for(viewer)
    values = {"language": "zh-hans", "time_zone": "Asia/Shanghai", "theme": "dark"}
    assert browser.post("/you/", values).status_code == 302
    page = browser.get("/you/").content.decode()
    assert '<html lang="zh-hans" data-theme="dark">' in page
    assert "Asia/Shanghai" in page.partition("<footer")[2]


def test_the_browsers_own_undoes_a_choice(client_for: ClientFor, viewer: User) -> None:
    browser = client_for(viewer)
    browser.post("/preferences/language/", {"language": "zh-hans"})
    browser.post("/preferences/theme/", {"theme": "dark"})
    browser.post("/you/", {"language": "", "time_zone": "", "theme": ""})
    assert '<html lang="en">' in browser.get("/you/").content.decode()


@pytest.mark.parametrize("values", [{"language": "xx"}, {"time_zone": "Mars/Base"}, {"theme": "pink"}])
def test_unknown_choices_are_refused(client_for: ClientFor, viewer: User, values: dict[str, str]) -> None:
    assert client_for(viewer).post("/you/", values).status_code == 422
    viewer.refresh_from_db()
    assert (viewer.language, viewer.time_zone, viewer.theme) == ("", "", "")


def test_a_person_sees_their_teams(client_for: ClientFor, team: Team, viewer: User, outsider: User) -> None:
    page = client_for(viewer).get("/you/").content.decode()
    assert team.name in page
    assert "Elsewhere" not in page
