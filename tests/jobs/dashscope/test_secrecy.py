"""A marked key, a signed link and an `api_key_id` go in everywhere; they come out nowhere."""

import json
import logging
import traceback
from collections.abc import Callable, Iterator

import pytest
import requests
from responses import RequestsMock

from jobs.dashscope import Client, DashScopeError
from jobs.dashscope.redaction import MAX_MESSAGE, Secret, bounded, redact
from tests.jobs.dashscope.conftest import BASE
from tests.jobs.dashscope.wire import Connection, Wire, answer

# Not like `sk-…`, so that only knowing the key itself can hide it.
MARK = "MARKEDKEYpq7Zx83"
LINK = "https://oss.test/a.jsonl?Expires=1&Signature=LINKMARK"
SEEN = (MARK, "LINKMARK", "IDMARK")
ECHO = {
    "code": "InvalidApiKey",
    "message": f"key {MARK} (Bearer {MARK}) refused, see {LINK}, api_key_id: IDMARK",
    "request_id": f"r-{MARK}",
}


def everything(error: BaseException) -> str:
    """All that a log or an error page could show of an exception and of those behind it."""
    shown: list[str] = []
    pending: list[BaseException | None] = [error]
    while pending:
        current = pending.pop()
        if current is not None:
            shown += [repr(current), str(current), repr(vars(current)), repr(current.args)]
            shown += traceback.TracebackException.from_exception(current, capture_locals=True).format()
            pending += [current.__cause__, current.__context__]
    return "\n".join(shown)


def assert_unseen(text: str) -> None:
    assert not [mark for mark in SEEN if mark in text]


@pytest.fixture(autouse=True)
def _no_mark_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert_unseen("\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.get_records("call")))


def calls() -> list[Callable[[Client], object]]:
    return [
        lambda client: client.create_fine_tune(model="m", training_file_ids=["f"], hyper_parameters={}),
        lambda client: client.get_fine_tune("ft-1"),
        lambda client: client.list_fine_tunes(),
        lambda client: client.cancel_fine_tune("ft-1"),
    ]


def fails(url: str, call: Callable[[Client], object]) -> DashScopeError:
    client = Client(url, MARK, sleep=lambda _: None)
    assert_unseen(f"{client!r} {client} {client._caller!r}")
    with client, pytest.raises(DashScopeError) as caught:
        call(client)
    assert caught.value.__context__ is None
    assert_unseen(everything(caught.value))
    return caught.value


def refusing(connection: Connection) -> None:
    connection.request()
    connection.send(answer(json.dumps(ECHO).encode(), "401 No", headers=["Connection: close", f"x-request-id: {MARK}"]))


def html(connection: Connection) -> None:
    connection.request()
    connection.send(answer(f"<p>{MARK} {LINK}</p>".encode(), "502 No", "text/html", ["Connection: close"]))


def redirecting(connection: Connection) -> None:
    connection.request()
    connection.send(answer(b"", "302 Found", headers=["Connection: close", f"Location: /{MARK}"]))


def cutting(connection: Connection) -> None:
    connection.request()


@pytest.mark.parametrize("call", calls())
@pytest.mark.parametrize("script", [refusing, html, redirecting, cutting])
def test_nothing_shows_when_a_call_fails(
    script: Callable[[Connection], None], call: Callable[[Client], object]
) -> None:
    with Wire(script) as wire:
        fails(wire.url, call)


@pytest.mark.parametrize("call", calls())
@pytest.mark.parametrize("kind", [requests.ConnectionError, requests.ReadTimeout, requests.exceptions.SSLError])
def test_nothing_shows_of_what_requests_raises(
    service: RequestsMock, kind: type[requests.RequestException], call: Callable[[Client], object]
) -> None:
    request = requests.Request("GET", LINK, headers={"Authorization": MARK}).prepare()
    for method in ("GET", "POST"):
        for path in ("fine-tunes", "fine-tunes/ft-1", "fine-tunes/ft-1/cancel"):
            service.add(method, f"{BASE}/{path}", body=kind(f"Bearer {MARK} {LINK}", request=request))
    fails(BASE, call)


def test_nothing_shows_when_nobody_listens() -> None:
    fails("http://127.0.0.1:1/api/v1", calls()[0])


def test_nothing_shows_in_a_good_answer(service: RequestsMock) -> None:
    job = {"job_id": "ft-1", "status": "FAILED", "message": ECHO["message"], "url": LINK, "api_key_id": "IDMARK"}
    service.get(f"{BASE}/fine-tunes/ft-1", json={"request_id": "r", "output": job})
    logs = [f"load {LINK}", f"with {MARK}", "api_key_id=IDMARK"]
    service.get(f"{BASE}/fine-tunes/ft-1/logs", json={"output": {"total": 3, "logs": logs}})
    with Client(BASE, MARK) as client:
        assert_unseen(repr(client.get_fine_tune("ft-1")))
        assert_unseen(repr(client.logs("ft-1")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key sk-abc123_X-y.", "key sk-***"),
        ("task-forty and risk-free", "task-forty and risk-free"),
        ("Authorization: Bearer abc", "Authorization: Bearer ***"),
        ("see https://u:p@h.test/p?q=1#f, then", "see https://h.test/p then"),
        ("go to https://h.test/p.", "go to https://h.test/p."),
        ('{"api_key_id": "77", "apiKeyId":88}', '{"api_key_id": "***", "apiKeyId":***}'),
        ("a &lt; b?", "a &lt; b?"),
    ],
)
def test_redaction(text: str, shown: str) -> None:
    assert redact(text) == shown


def test_a_bounded_text_is_one_short_line_that_cuts_no_secret_in_half() -> None:
    text = bounded("x " * (MAX_MESSAGE // 2 - 4) + "\n sk-" + "S" * 60)
    assert len(text) <= MAX_MESSAGE
    assert "S" not in text
    assert "\n" not in text


def test_a_secret_is_neither_shown_nor_pickled() -> None:
    secret = Secret(MARK)
    assert_unseen(f"{secret} {secret!r}")
    with pytest.raises(TypeError):
        secret.__reduce__()
