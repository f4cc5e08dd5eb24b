"""The people of every test (two of one team with different rights, and one from elsewhere), and its services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from teams.models import Membership, ProviderAccount, Role, Team, User
from tests.services import CHROMIUM_FLAGS, chromium, portal, sandbox, valkey

__all__ = ["portal", "sandbox", "valkey"]

PASSWORD = "correct horse battery"


def make_user(name: str) -> User:
    return User.objects.create_user(username=name, email=f"{name}@example.com", password=PASSWORD)


def join(team: Team, user: User, role: Role) -> User:
    Membership.objects.create(team=team, user=user, role=role)
    return user


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Language lab", slug="lab")


@pytest.fixture
def admin(team: Team) -> User:
    return join(team, make_user("wei"), Role.ADMIN)


@pytest.fixture
def member(team: Team) -> User:
    return join(team, make_user("lin"), Role.MEMBER)


@pytest.fixture
def viewer(team: Team) -> User:
    return join(team, make_user("mo"), Role.VIEWER)


@pytest.fixture
def outsider(db: None) -> User:
    """An admin, but of another team."""
    return join(Team.objects.create(name="Elsewhere", slug="elsewhere"), make_user("zoe"), Role.ADMIN)


@pytest.fixture
def account(team: Team) -> ProviderAccount:
    """The team's account, at an address where nothing listens."""
    account = ProviderAccount(team=team, name="Main", base_url="http://127.0.0.1:9/api/v1")
    account.set_key("sk-test-0000000000001234")
    account.save()
    return account


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """Make a browser in which a person is signed in: `client_for(admin).get("/")`."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser where there is none."""
    no_browser = pytest.mark.skip(reason="no Chromium: set CHROMIUM, or put `chromium` on the PATH")
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "browser" in fixtures or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(no_browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium; Playwright would download one."""
    return {"executable_path": chromium(), "args": CHROMIUM_FLAGS}


@pytest.fixture(autouse=True)
def _orm_beside_playwright(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright keeps an event loop running in the test's thread, in which Django would refuse every query."""
    if "browser" in request.fixturenames:
        monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
