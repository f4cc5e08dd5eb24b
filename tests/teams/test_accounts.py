"""Provider accounts in the browser: what admins enter, what others see, and what nobody sees again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from teams.models import AuditEntry, ProviderAccount, Team, User
from teams.signals import account_changed

ClientFor = Callable[[User], Client]
KEY = "sk-0123456789abcdef0123456789abcdef"
FORM = {
    "name": "Second",
    "base_url": "https://dashscope.aliyuncs.com/api/v1/",
    "api_key": f"  {KEY}\n",
    "workspace": "",
    "max_running": "1",
    "max_existing": "5",
}


@pytest.fixture
def rung() -> Any:
    """The accounts that were announced as changed."""
    found: list[str] = []

    def note(account: ProviderAccount, **kwargs: Any) -> None:
        found.append(account.name)

    account_changed.connect(note)
    yield found
    account_changed.disconnect(note)


def add(client: Client, team: Team, **values: str) -> Any:
    return client.post(f"/t/{team.slug}/accounts/new/", FORM | values)


def change(client: Client, account: ProviderAccount, **values: str) -> Any:
    form = FORM | {"name": account.name, "base_url": account.base_url, "api_key": ""}
    return client.post(f"/t/{account.team.slug}/accounts/{account.pk}/", form | values)


def test_an_admin_adds_an_account(client_for: ClientFor, team: Team, admin: User, rung: list[str]) -> None:
    assert add(client_for(admin), team).status_code == 302
    account = team.accounts.get()
    assert (account.api_key, account.masked_key, account.source) == (KEY, "sk-…cdef", "entered")
    assert account.base_url == "https://dashscope.aliyuncs.com/api/v1"
    assert AuditEntry.objects.get().verb == "account_added"
    assert rung == ["Second"]


def test_the_key_is_encrypted_and_never_shown(client_for: ClientFor, team: Team, admin: User, viewer: User) -> None:
    browser = client_for(admin)
    add(browser, team)
    account = team.accounts.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM teams_provideraccount")
        assert KEY not in str(cursor.fetchall())
    pages = [browser.get(f"/t/{team.slug}/{page}/") for page in ("accounts", f"accounts/{account.pk}", "audit")]
    pages += [client_for(viewer).get(f"/t/{team.slug}/accounts/"), change(browser, account, name="")]
    for page in pages:
        assert KEY not in page.content.decode()
        assert KEY[:12] not in page.content.decode()
    assert KEY not in str(list(AuditEntry.objects.values()))


def test_a_refused_form_does_not_send_the_key_back(client_for: ClientFor, team: Team, admin: User) -> None:
    answer = add(client_for(admin), team, max_running="0")
    assert answer.status_code == 422
    assert KEY not in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("api_key", "", "This field is required."),
        ("api_key", "0123456789abcdef", "A key starts with sk-"),
        ("api_key", "sk-with a space", "A key starts with sk-"),
        ("base_url", "http://dashscope.aliyuncs.com/api/v1", "http is for this machine alone"),
        ("base_url", "http://127.0.0.1.example.com/api/v1", "http is for this machine alone"),
        ("base_url", "ftp://dashscope.aliyuncs.com/", "http is for this machine alone"),
        ("base_url", "https://me:secret@dashscope.aliyuncs.com/api/v1", "Only a scheme, a host and a path"),
        ("base_url", "https://dashscope.aliyuncs.com/api/v1?x=1", "Only a scheme, a host and a path"),
        ("base_url", "nonsense nonsense", "valid URL"),
        ("max_running", "0", "greater than or equal to 1"),
        ("max_existing", "0", "greater than or equal to 1"),
        ("name", "", "This field is required."),
    ],
)
def test_errors_stand_beside_the_fields(
    client_for: ClientFor, team: Team, admin: User, field: str, value: str, words: str
) -> None:
    answer = add(client_for(admin), team, **{field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&#x27;", "'")
    assert not team.accounts.exists()


def test_no_more_jobs_run_than_exist(client_for: ClientFor, team: Team, admin: User) -> None:
    answer = add(client_for(admin), team, max_running="6")
    assert "No fewer than the jobs that run at once." in answer.content.decode()


@pytest.mark.parametrize("host", ["127.0.0.1:8001", "localhost:8001", "[::1]:8001"])
def test_http_is_allowed_on_this_machine(client_for: ClientFor, team: Team, admin: User, host: str) -> None:
    assert add(client_for(admin), team, base_url=f"http://{host}/api/v1").status_code == 302


def test_a_name_is_taken_once_a_team(client_for: ClientFor, account: ProviderAccount, admin: User) -> None:
    answer = add(client_for(admin), account.team, name=account.name)
    assert answer.status_code == 422
    assert "has an account of this name" in answer.content.decode()


def test_other_teams_may_have_the_name(client_for: ClientFor, account: ProviderAccount, outsider: User) -> None:
    assert add(client_for(outsider), outsider.teams.get(), name=account.name).status_code == 302


def test_an_empty_key_keeps_the_one_before(
    client_for: ClientFor, account: ProviderAccount, admin: User, rung: list[str]
) -> None:
    assert change(client_for(admin), account, workspace="llm-1", max_existing="9").status_code == 302
    account.refresh_from_db()
    assert (account.workspace, account.max_existing, account.masked_key) == ("llm-1", 9, "sk-…1234")
    assert AuditEntry.objects.get().detail == {"fields": ["workspace", "max_existing"]}
    assert rung == [account.name]


def test_nothing_changed_is_nothing_recorded(client_for: ClientFor, account: ProviderAccount, admin: User) -> None:
    assert change(client_for(admin), account).status_code == 302
    assert not AuditEntry.objects.exists()


def test_the_key_is_replaced(client_for: ClientFor, account: ProviderAccount, admin: User) -> None:
    assert change(client_for(admin), account, api_key=KEY).status_code == 302
    account.refresh_from_db()
    assert account.api_key == KEY
    assert AuditEntry.objects.get().detail == {"key": "sk-…cdef"}


def test_a_new_address_asks_for_the_key(client_for: ClientFor, account: ProviderAccount, admin: User) -> None:
    """Else an admin could have a key that someone else entered sent to a server of their own."""
    answer = change(client_for(admin), account, base_url="https://mine.example.com/api/v1")
    assert answer.status_code == 422
    assert "A new address asks for the key again." in answer.content.decode()
    assert (
        change(client_for(admin), account, base_url="https://mine.example.com/api/v1", api_key=KEY).status_code == 302
    )


@pytest.mark.parametrize("source", ["environment", "sandbox"])
def test_key_and_address_of_a_default_account_are_not_the_admins(
    client_for: ClientFor, account: ProviderAccount, admin: User, source: str
) -> None:
    ProviderAccount.objects.filter(pk=account.pk).update(source=source)
    answer = change(client_for(admin), account, base_url="https://mine.example.com/", api_key=KEY, workspace="w")
    assert answer.status_code == 302
    found = ProviderAccount.objects.get(pk=account.pk)
    assert (found.base_url, found.api_key, found.workspace) == (account.base_url, account.api_key, "w")


def test_an_admin_switches_an_account_off_and_on(
    client_for: ClientFor, account: ProviderAccount, admin: User, rung: list[str]
) -> None:
    url = f"/t/{account.team.slug}/accounts/{account.pk}/switch/"
    for on in ("0", "0", "1"):
        assert client_for(admin).post(url, {"on": on}).status_code == 302
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["account_switched_off", "account_switched_on"]
    assert len(rung) == 2


def test_accounts_of_another_team_cannot_be_reached(
    client_for: ClientFor, account: ProviderAccount, outsider: User
) -> None:
    for path in ("", "switch/"):
        assert client_for(outsider).post(f"/t/elsewhere/accounts/{account.pk}/{path}", FORM).status_code == 404


def test_pages_do_not_need_the_key(client_for: ClientFor, account: ProviderAccount, admin: User) -> None:
    """A key that can no longer be decrypted can still be replaced in the browser."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE teams_provideraccount SET api_key = 'broken'")
    assert client_for(admin).get(f"/t/{account.team.slug}/accounts/").status_code == 200
    assert client_for(admin).get(f"/t/{account.team.slug}/accounts/{account.pk}/").status_code == 200
    assert change(client_for(admin), account, api_key=KEY).status_code == 302
    assert ProviderAccount.objects.get(pk=account.pk).api_key == KEY


def test_a_switched_off_account_says_who_since_when_and_why(
    client_for: ClientFor, account: ProviderAccount, admin: User, member: User
) -> None:
    url = f"/t/{account.team.slug}/accounts/{account.pk}/switch/"
    client_for(admin).post(url, {"on": "0", "note": "  the key   leaked "})
    account.refresh_from_db()
    assert (account.paused_by, account.pause_note) == (admin, "the key leaked")
    assert account.paused_at is not None
    assert AuditEntry.objects.get().detail == {"note": "the key leaked"}
    page = client_for(member).get(f"/t/{account.team.slug}/accounts/").content.decode()
    assert "by <bdi>wei</bdi> since" in page
    assert "<bdi>the key leaked</bdi>" in page

    client_for(admin).post(url, {"on": "1", "note": "left over"})
    found = ProviderAccount.objects.get()
    assert (found.paused_at, found.paused_by, found.pause_note) == (None, None, "")
