"""The first start: the set-up link and `manage.py setup`."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from finetune_portal import secrets
from teams import setup
from teams.models import AuditEntry, ProviderAccount, Role, Team, User

PASSWORD = "correct horse battery"
FORM = {"team_name": "客服语言组", "username": "wei", "password": PASSWORD, "password_again": PASSWORD}


@pytest.fixture(autouse=True)
def _data_dir(settings: Any, tmp_path: Path, db: None) -> None:
    settings.PORTAL_DATA_DIR = tmp_path


@pytest.fixture
def link(settings: Any) -> str:
    return reverse("setup", args=[secrets.load(settings.PORTAL_DATA_DIR, setup.TOKEN)])


def test_the_first_page_says_where_the_link_is_and_not_which(client: Client, link: str) -> None:
    page = client.get("/").content.decode()
    assert "manage.py portal" in page
    assert link not in page


def test_sign_in_sends_there_while_nobody_can(client: Client) -> None:
    assert client.get("/t/lab/", follow=True).redirect_chain[-1] == ("/", 302)


def test_the_link_makes_admin_team_and_account(client: Client, link: str) -> None:
    assert client.get(link).status_code == 200
    assert client.post(link, FORM).headers["Location"] == "/t/team/"
    team, user = Team.objects.get(), User.objects.get()
    assert (team.name, user.username, user.is_superuser) == ("客服语言组", "wei", True)
    assert user.memberships.get().role == Role.ADMIN
    assert team.accounts.get().source == ProviderAccount.Source.SANDBOX
    assert client.session["_auth_user_id"] == str(user.pk)
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"team_made", "account_added"}


def test_the_link_works_once(client: Client, link: str, settings: Any) -> None:
    client.post(link, FORM)
    for method in (client.get, client.post, Client().get, Client().post):
        assert method(link).status_code == 410
    assert not (settings.PORTAL_DATA_DIR / "secrets" / setup.TOKEN).exists()


def test_a_wrong_token_finds_nothing(client: Client, link: str) -> None:
    wrong = reverse("setup", args=["x" * 44])
    assert client.get(wrong).status_code == 404
    assert client.post(wrong, FORM).status_code == 404
    assert not User.objects.exists()


def test_a_new_token_is_not_made_for_a_portal_that_is_set_up(client: Client, admin: User, settings: Any) -> None:
    assert client.get(reverse("setup", args=["x"])).status_code == 410
    assert not (settings.PORTAL_DATA_DIR / "secrets" / setup.TOKEN).exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("team_name", " ", "This field is required."),
        ("username", "wei wei", "valid username"),
        ("password", "12345678", "too common"),
        ("password_again", "different", "The two passwords differ."),
    ],
)
def test_errors_stand_beside_the_fields(client: Client, link: str, field: str, value: str, words: str) -> None:
    answer = client.post(link, FORM | {field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not User.objects.exists()


def test_the_password_is_judged_with_the_name(client: Client, link: str) -> None:
    same = {"username": "batteryhorse", "password": "batteryhorse1", "password_again": "batteryhorse1"}
    answer = client.post(link, FORM | same)
    assert answer.status_code == 422
    assert "too similar" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_up_at_once_one_wins() -> None:
    barrier, outcomes = threading.Barrier(2), []

    def create(name: str) -> None:
        barrier.wait()
        try:
            setup.create_first_admin(team_name=f"Team of {name}", username=name, password=PASSWORD)
            outcomes.append("made")
        except setup.AlreadySetUp:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=create, args=[name]) for name in ("wei", "lin")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "too late"]
    assert (User.objects.count(), Team.objects.count()) == (1, 1)


def run(monkeypatch: pytest.MonkeyPatch, *, password: str = PASSWORD, team: str = "Lab", username: str = "wei") -> str:
    monkeypatch.setenv("PORTAL_ADMIN_PASSWORD", password)
    out = io.StringIO()
    call_command("setup", team=team, username=username, stdout=out)
    return out.getvalue()


def test_the_command_does_what_the_link_does(monkeypatch: pytest.MonkeyPatch, link: str, client: Client) -> None:
    assert run(monkeypatch) == "wei is the admin of Lab (/t/lab/).\n"
    assert User.objects.get().check_password(PASSWORD)
    assert client.get(link).status_code == 410


def test_the_command_reads_the_password_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    call_command("setup", team="Lab", username="wei", stdout=io.StringIO())
    assert User.objects.get().check_password(PASSWORD)


def test_the_command_refuses_a_portal_that_is_set_up(monkeypatch: pytest.MonkeyPatch, admin: User) -> None:
    with pytest.raises(CommandError, match="set up already") as refused:
        run(monkeypatch)
    assert refused.value.returncode == 1
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "short"}, "password: .*too short"),
        ({"username": "a b"}, "username: "),
        ({"team": " "}, "team: "),
    ],
)
def test_the_command_holds_the_rules(monkeypatch: pytest.MonkeyPatch, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(monkeypatch, **wrong)
    assert not User.objects.exists()


def test_slugs_are_free_and_never_empty(db: None) -> None:
    Team.objects.create(name="Lab", slug="lab")
    assert [setup.free_slug(name) for name in ("Lab", "客服", "Speech & Text")] == ["lab-2", "team", "speech-text"]
