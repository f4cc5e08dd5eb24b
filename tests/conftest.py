"""The people of every test (two of one team with different rights, and one from elsewhere), and its services."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from teams.models import Membership, ProviderAccount, Role, Team, User

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
