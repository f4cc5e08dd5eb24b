"""The people of every test (two of one team with different rights, and one from elsewhere), and its services."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.test import Client
from django.utils import translation

from jobs.models import BaseModel
from teams.models import Membership, ProviderAccount, Role, Team, User
from tests.services import CHROMIUM_FLAGS, chromium, portal, sandbox, valkey

__all__ = ["portal", "sandbox", "valkey"]

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A page in Chinese leaves its language to whatever runs next in the thread; the next test has its own."""
    yield
    translation.deactivate()


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
    """Mark what asks for the database; skip what needs a browser where there is none. Browser tests come last: once
    Playwright has started, its loop runs in the thread of all tests that follow, and neither `asyncio.run` nor Django's
    ORM likes that."""
    no_browser = pytest.mark.skip(reason="no Chromium: set CHROMIUM, or put `chromium` on the PATH")
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "db" in fixtures or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)
        if "browser" in fixtures or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(no_browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium; Playwright would download one."""
    return {"executable_path": chromium(), "args": CHROMIUM_FLAGS}


def pytest_configure() -> None:
    """Playwright keeps an event loop running in the test's thread, in which Django would refuse every query."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@receiver(post_migrate)
def _base_models_come_back(sender: AppConfig, **kwargs: Any) -> None:
    """A test that commits empties all tables at its end, and with them what a migration put there."""
    if sender.label == "jobs" and not BaseModel.objects.exists():
        import_module("jobs.migrations.0002_base_models").add(apps, None)
