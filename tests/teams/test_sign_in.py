"""Signing in and out, the limits on attempts, changing a password."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from teams.models import Team, User

PASSWORD = "correct horse battery"
SIGN_IN = "/sign-in/"


@pytest.fixture(autouse=True)
def _fresh_counts(db: None) -> None:
    cache.clear()


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"login": name, "password": password, **more})


def test_it_signs_in_and_goes_to_the_board(client: Client, member: User, team: Team) -> None:
    assert sign_in(client, "lin").headers["Location"] == "/"
    assert client.get("/").headers["Location"] == reverse("board", args=[team.slug])


def test_it_goes_where_the_person_wanted_to_go(client: Client, member: User) -> None:
    wanted = client.get("/you/").headers["Location"]
    assert "next=/you/" in wanted
    assert '<input type="hidden" name="next" value="/you/">' in client.get(wanted).content.decode()
    assert sign_in(client, "lin", next="/you/").headers["Location"] == "/you/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_it_goes_nowhere_else(client: Client, member: User, target: str) -> None:
    assert sign_in(client, "lin", next=target).headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_name_read_the_same(client: Client, member: User) -> None:
    wrong, unknown = sign_in(client, "lin", "nonsense"), sign_in(client, "nobody", "nonsense")
    assert wrong.status_code == unknown.status_code == 422
    for answer in (wrong, unknown):
        assert "Name and password do not match." in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_person_who_is_shut_out_cannot_sign_in(client: Client, member: User) -> None:
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert sign_in(client, "lin").status_code == 422


def test_five_wrong_passwords_close_the_name_for_a_while(client: Client, member: User) -> None:
    for _ in range(5):
        assert sign_in(client, "lin", "nonsense").status_code == 422
    answer = sign_in(client, "lin")
    assert (answer.status_code, "_auth_user_id" in client.session) == (422, False)
    assert "Too many failed attempts." in answer.content.decode()


def test_another_host_header_opens_the_name_no_sooner(member: User) -> None:
    for port in range(5):
        sign_in(Client(headers={"Host": f"localhost:{port + 1}"}), "LIN" if port % 2 else "lin", "nonsense")
    assert "Too many failed attempts." in sign_in(Client(headers={"Host": "localhost:99"}), "lin").content.decode()


def test_a_flood_from_one_address_is_refused(client: Client, member: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    statuses = [sign_in(client, f"name{number}", "nonsense").status_code for number in range(4)]
    assert statuses == [422, 422, 422, 429]
    assert "Too many attempts" in sign_in(client, "lin").content.decode()


def test_an_address_is_not_believed_from_a_header(member: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    statuses = [
        sign_in(Client(headers={"X-Forwarded-For": f"10.0.0.{number}"}), "lin", "nonsense").status_code
        for number in range(4)
    ]
    assert statuses[-1] == 429


def test_attempts_are_counted_in_the_database(client: Client, member: User) -> None:
    """All processes and hosts share the count, and neither a flushed nor an absent Redis changes it."""
    sign_in(client, "lin", "nonsense")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache WHERE cache_key LIKE '%login_failed%'")
        assert cursor.fetchone()[0] >= 1


def test_signing_in_rotates_the_csrf_token(member: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get(SIGN_IN)
    before = browser.cookies["csrftoken"].value
    answer = browser.post(SIGN_IN, {"login": "lin", "password": PASSWORD, "csrfmiddlewaretoken": before})
    assert answer.status_code == 302
    assert browser.cookies["csrftoken"].value != before


def test_sign_out_is_a_post(client_for: Callable[[User], Client], member: User) -> None:
    browser = client_for(member)
    assert browser.get("/sign-out/").status_code == 405
    assert browser.post("/sign-out/").status_code == 302
    assert browser.get("/you/").status_code == 302


def test_changing_the_password_ends_other_sessions(client_for: Callable[[User], Client], member: User) -> None:
    here, elsewhere = client_for(member), client_for(member)
    values = {"oldpassword": PASSWORD, "password1": "another horse", "password2": "another horse"}
    assert here.post("/you/password/", values).headers["Location"] == "/you/"
    assert "Your password is changed." in here.get("/you/").content.decode()
    assert elsewhere.get("/you/").status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("oldpassword", "nonsense", "This is not your current password."),
        ("password2", "something else", "The two passwords differ."),
        ("password1", "xyzzy12", "at least 8"),
    ],
)
def test_a_password_form_with_errors_says_what_is_wrong(
    client_for: Callable[[User], Client], member: User, field: str, value: str, words: str
) -> None:
    values = {"oldpassword": PASSWORD, "password1": "another horse", "password2": "another horse"} | {field: value}
    answer = client_for(member).post("/you/password/", values)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert value not in page


def test_no_page_of_ours_has_inline_code(client: Client) -> None:
    page = client.get(SIGN_IN).content.decode()
    assert "style=" not in page
    assert "<style" not in page
    assert page.count("<script") == page.count("<script src=") + page.count('<script type="module" src=')


def test_templates_have_no_inline_code() -> None:
    for path in Path("templates").rglob("*.html"):
        text = path.read_text()
        assert not any(word in text for word in ("style=", "<style", "onclick=", "hx-on", "|safe")), path
