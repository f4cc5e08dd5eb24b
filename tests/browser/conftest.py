"""A browser in which somebody of the team has signed in, on Django's own server or on a whole portal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from teams.models import User

Enter = Callable[[User], BrowserContext]

# The first page after the start of a busy machine takes its time; what never comes is still told.
expect.set_options(timeout=15_000)


@pytest.fixture
def enter(browser: Browser, live_server: LiveServer) -> Iterator[Enter]:
    """Open a browser for a person: `enter(member).new_page()`. Addresses may be given without their host."""
    opened: list[BrowserContext] = []

    def open_for(user: User) -> BrowserContext:
        client = Client()
        client.force_login(user)
        context = browser.new_context(base_url=live_server.url)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])  # type: ignore[list-item]  # a dict of the right keys
        opened.append(context)
        return context

    yield open_for
    for context in opened:
        context.close()


@pytest.fixture
def complaints() -> Iterator[Callable[[Page], Page]]:
    """Watch a page: whatever it complains of in its console fails the test."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A request that is under way when the page is left is cut off, which htmx calls an error.
        if message.type == "error" and not message.text.startswith(("htmx:afterRequest", "htmx:sendError")):
            said.append(message.text)

    def watch(page: Page) -> Page:
        page.on("console", hear)
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield watch
    assert said == []
