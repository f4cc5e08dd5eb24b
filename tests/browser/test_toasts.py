"""A click that was refused says so: htmx itself would do nothing, silently."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.services import Portal

CLICK = """
const button = document.createElement("button");
button.id = "probe";
button.textContent = "Probe";
button.setAttribute("hx-post", "/probe/");
document.querySelector("main").append(button);
htmx.process(button);
"""


def page_with_probe(page: Page, portal: Portal) -> None:
    """Some page of the portal, with a button on it whose answer the test decides."""
    page.goto(f"{portal.url}/nothing/here/")
    page.evaluate(CLICK)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (403, "This page is older than your last sign-in"),
        (404, "This is no longer here."),
        (413, "This is too large."),
        (500, "Something broke on our side."),
        (503, "Something broke on our side."),
    ],
)
def test_a_refused_click_says_so(status: int, words: str, page: Page, portal: Portal) -> None:
    page_with_probe(page, portal)
    page.route("**/probe/", lambda route: route.fulfill(status=status, body="no"))
    page.click("#probe")
    expect(page.locator("#toasts")).to_contain_text(words)


def test_a_click_without_a_network_says_so_once(page: Page, portal: Portal) -> None:
    page_with_probe(page, portal)
    page.route("**/probe/", lambda route: route.abort())
    page.click("#probe")
    page.click("#probe")
    expect(page.locator("#toasts > div")).to_have_count(1)
    expect(page.locator("#toasts")).to_contain_text("The portal does not answer.")
    page.click("#toasts [data-dismiss]")
    expect(page.locator("#toasts > div")).to_have_count(0)


def test_a_stale_page_offers_a_reload_that_works(page: Page, portal: Portal) -> None:
    page_with_probe(page, portal)
    page.evaluate("document.querySelector('#probe').setAttribute('hx-post', '/preferences/theme/')")
    page.evaluate("document.body.removeAttribute('hx-headers'); htmx.process(document.querySelector('#probe'))")
    page.click("#probe")  # without a token: Django's own 403
    with page.expect_navigation():
        page.click("#toasts [data-reload]")
    expect(page.locator("#toasts > div")).to_have_count(0)


def test_a_poll_is_quiet(page: Page, portal: Portal) -> None:
    page_with_probe(page, portal)
    page.route("**/probe/", lambda route: route.fulfill(status=500, body="no"))
    page.evaluate("document.querySelector('#probe').setAttribute('hx-trigger', 'every 50ms')")
    with page.expect_response("**/probe/"):
        page.evaluate("htmx.process(document.querySelector('#probe'))")
    with page.expect_response("**/probe/"):
        pass
    expect(page.locator("#toasts > div")).to_have_count(0)


def test_what_the_live_page_asks_for_is_quiet(page: Page, portal: Portal) -> None:
    page_with_probe(page, portal)
    page.route("**/probe/", lambda route: route.fulfill(status=500, body="no"))
    page.evaluate("document.querySelector('#probe').setAttribute('data-look', '')")
    with page.expect_response("**/probe/"):
        page.click("#probe")
    expect(page.locator("#toasts > div")).to_have_count(0)
