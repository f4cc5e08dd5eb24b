"""What people see when something went wrong, and the headers that every answer has."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied, server_error

from finetune_portal import refusals
from teams.models import User

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class Heading(HTMLParser):
    """The text of the first <h1>."""

    def __init__(self, page: bytes | str) -> None:
        super().__init__()
        self.inside, self.text = False, ""
        self.feed(page if isinstance(page, str) else page.decode())

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.inside = tag == "h1" and not self.text

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


def test_an_unknown_address_is_404(client: Client, db: None) -> None:
    answer = client.get("/nothing/here/")
    assert answer.status_code == 404
    assert Heading(answer.content).text == "There is nothing at this address."


def test_a_missing_csrf_token_is_403_and_says_what_to_do(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/preferences/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert Heading(answer.content).text == "The page was out of date."


def test_a_member_without_the_right_gets_403(viewer: User, team: Any, client_for: Callable[[User], Client]) -> None:
    request = RequestFactory().get("/")
    request.user = viewer
    answer = permission_denied(request, PermissionDenied())
    assert answer.status_code == 403
    assert Heading(answer.content).text == "Your role does not allow this."


def test_a_host_that_is_not_ours_is_400(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert Heading(answer.content).text == "The server did not understand this request."


def test_the_page_of_a_crash_needs_no_database_and_no_request() -> None:
    """No `db` fixture: a query would raise."""
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert Heading(answer.content).text == "Something broke on our side."


@pytest.mark.parametrize(
    "status",
    [
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.INSUFFICIENT_STORAGE,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ],
)
def test_the_fronts_refusals_need_no_database_either(status: HTTPStatus) -> None:
    scope: Any = {"headers": [(b"cookie", b"\xff=;;"), (b"accept-language", b"xx,*;q=nan")]}
    headers, text = refusals.page(status, scope)
    assert dict(headers)[b"content-length"] == str(len(text)).encode()
    assert Heading(text).text


def test_every_answer_has_the_security_headers(client: Client, db: None) -> None:
    for url in ("/healthz", "/nothing/", "/accounts/login/"):
        headers = client.get(url).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cache-Control"] == "private, no-cache" or "no-store" in headers["Cache-Control"]


def test_no_template_has_inline_script_or_style() -> None:
    for template in TEMPLATES.rglob("*.html"):
        text = template.read_text()
        assert " style=" not in text, template
        assert "<style" not in text, template
        assert " onclick=" not in text, template
        assert "<script>" not in text, template
        assert "|safe" not in text, template


def test_the_address_of_a_form_gives_a_page_to_who_opens_it(client: Client) -> None:
    answer = client.get("/preferences/theme/", headers={"referer": "http://testserver/you/"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "There is nothing to read at this address." in answer.content.decode()
    assert 'href="http://testserver/you/"' in answer.content.decode()


def test_an_outdated_form_leads_back_to_its_page_and_nowhere_else() -> None:
    browser = Client(enforce_csrf_checks=True)
    back = browser.post("/preferences/theme/", headers={"referer": "http://testserver/you/"})
    assert 'href="http://testserver/you/"' in back.content.decode()
    elsewhere = browser.post("/preferences/theme/", headers={"referer": "https://evil.example/"})
    assert "evil.example" not in elsewhere.content.decode()
