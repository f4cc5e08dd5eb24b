"""Connections that fail, over real sockets: what was surely not sent, what may have been, and the total deadline."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable

import pytest

from jobs import dashscope
from jobs.dashscope import Client, DashScopeError, FineTune, calls
from tests.jobs.dashscope.conftest import KEY
from tests.jobs.dashscope.files import Zeros
from tests.jobs.dashscope.wire import Connection, Script, Wire, answer

JOB = {"request_id": "r-1", "output": {"job_id": "ft-1", "status": "PENDING"}}
GOOD = answer(json.dumps(JOB).encode())


def create(client: Client) -> FineTune:
    return client.create_fine_tune(model="qwen-turbo", training_file_ids=["f-1"], hyper_parameters={})


def get(client: Client) -> FineTune:
    return client.get_fine_tune("ft-1")


def to(url: str, deadline: float = 10.0) -> Client:
    return Client(url, KEY, deadline=deadline, sleep=lambda _: None)


def failure(url: str, call: Callable[[Client], object], deadline: float = 10.0) -> DashScopeError:
    with to(url, deadline) as client, pytest.raises(DashScopeError) as caught:
        call(client)
    return caught.value


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def say_nothing(connection: Connection) -> None:
    connection.request()


def hang(connection: Connection) -> None:
    connection.request()
    connection.stopped.wait(30)


def half_an_answer(connection: Connection) -> None:
    connection.request()
    connection.send(GOOD[:-10])


def half_a_header(connection: Connection) -> None:
    connection.request()
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Le")


def reset(connection: Connection) -> None:
    connection.request()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def not_http(connection: Connection) -> None:
    connection.request()
    connection.send(b"220 mail.test ESMTP\r\n")


def html(connection: Connection) -> None:
    connection.request()
    connection.send(answer(b"<html>502 Bad Gateway</html>", "502 Bad Gateway", "text/html", ["Connection: close"]))


def bad_gzip(connection: Connection) -> None:
    connection.request()
    # It says that it closes, as the script does next: else a retry may be sent into the closing connection.
    connection.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope")


def trickle_body(connection: Connection) -> None:
    connection.request()
    connection.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    connection.trickle(b"{")


def trickle_headers(connection: Connection) -> None:
    connection.request()
    connection.trickle(b"HTTP/1.1 200 OK\r\nX-Long: ")


def good(connection: Connection) -> None:
    connection.request()
    connection.send(GOOD)


CUTS = [say_nothing, half_an_answer, half_a_header, reset, not_http, html, bad_gzip]
STALLS = [hang, trickle_body, trickle_headers]


@pytest.mark.parametrize("script", CUTS)
def test_a_create_cut_after_it_was_sent_is_unknown_and_not_resent(script: Script) -> None:
    with Wire(script) as wire:
        error = failure(wire.url, create)
        assert type(error) is dashscope.UnknownOutcome
        assert wire.connections == 1


@pytest.mark.parametrize("script", CUTS)
def test_a_safe_call_that_is_cut_is_made_again(script: Script) -> None:
    with Wire(script, good) as wire, to(wire.url) as client:
        assert get(client).job_id == "ft-1"
        assert wire.connections == 2


@pytest.mark.parametrize("script", CUTS)
def test_a_safe_call_that_is_always_cut_says_that_the_service_is_down(script: Script) -> None:
    with Wire(script) as wire:
        assert type(failure(wire.url, get)) is dashscope.ServiceDown
        assert wire.connections == calls.TRIES


@pytest.mark.parametrize("script", STALLS)
@pytest.mark.parametrize(("call", "kind"), [(create, dashscope.UnknownOutcome), (get, dashscope.ServiceDown)])
def test_the_deadline_is_total(script: Script, call: Callable[[Client], FineTune], kind: type[DashScopeError]) -> None:
    with Wire(script) as wire:
        started = time.monotonic()
        error = failure(wire.url, call, deadline=0.4)
        assert time.monotonic() - started < 3
        assert type(error) is kind


@pytest.mark.parametrize("call", [create, get])
def test_a_refused_connection_was_never_sent(call: Callable[[Client], FineTune]) -> None:
    error = failure(f"http://127.0.0.1:{free_port()}/api/v1", call)
    assert type(error) is dashscope.Unreachable
    assert error.outcome == "not_made"


def test_a_name_that_does_not_resolve_was_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_name(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    assert type(failure("https://dashscope.test/api/v1", create)) is dashscope.Unreachable


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_a_failed_tls_handshake_was_never_sent(greeting: bytes) -> None:
    def no_tls(connection: Connection) -> None:
        connection.sock.recv(4096)
        connection.send(greeting)

    with Wire(no_tls) as wire:
        error = failure(wire.url.replace("http:", "https:"), create)
    assert type(error) is dashscope.Unreachable


def test_a_create_takes_a_new_connection_and_safe_calls_share_one() -> None:
    def keep(connection: Connection) -> None:
        while connection.request().strip():
            connection.send(GOOD)

    with Wire(keep) as wire, to(wire.url) as client:
        for _ in range(3):
            get(client)
        assert wire.connections == 1
        create(client)
        assert wire.connections == 2
        get(client)
        assert wire.connections == 2


def test_a_safe_call_on_a_kept_connection_that_was_closed_is_made_again() -> None:
    def once_then_reset(connection: Connection) -> None:
        connection.request()
        connection.send(GOOD)
        connection.head()

    with Wire(once_then_reset) as wire, to(wire.url) as client:
        assert [get(client).job_id for _ in range(3)] == ["ft-1"] * 3


def test_an_answer_larger_than_the_bound_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "MAX_BODY", 100_000)
    bomb = gzip.compress(b'{"a": "' + b"0" * 5_000_000 + b'"}')
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n".encode()

    def send_bomb(connection: Connection) -> None:
        connection.request()
        connection.send(head + bomb)

    with Wire(send_bomb) as wire:
        error = failure(wire.url, create)
    assert "larger than" in error.message


def test_an_upload_answered_early_is_read_though_the_rest_was_not_sent() -> None:
    def too_large(connection: Connection) -> None:
        connection.head()
        connection.answer({"code": "BadRequest.TooLarge", "message": "Payload Too Large."}, "413 Too Large")
        connection.sock.shutdown(socket.SHUT_WR)
        connection.discard(1 << 30)

    with Wire(too_large) as wire:
        error = failure(wire.url, lambda client: client.upload_file(Zeros(2_000_000).opened(), name="a"))
    assert type(error) is dashscope.Refused


def test_an_upload_that_nobody_reads_ends_at_its_deadline() -> None:
    def never_read(connection: Connection) -> None:
        connection.stopped.wait(30)

    with Wire(never_read) as wire:
        started = time.monotonic()
        with Client(wire.url, KEY, upload_deadline=0.4) as client, pytest.raises(dashscope.UnknownOutcome):
            client.upload_file(Zeros(100_000_000).opened(), name="a")
        assert time.monotonic() - started < 3


def test_threads_with_a_client_each_do_not_share_deadlines() -> None:
    failures: list[DashScopeError] = []
    with Wire(hang, good) as wire, to(wire.url) as client:
        slow = threading.Thread(target=lambda: failures.append(failure(wire.url, create, deadline=0.5)))
        slow.start()
        assert wire.accepted.wait(10)
        assert create(client).job_id == "ft-1"
        slow.join()
    assert [type(error) for error in failures] == [dashscope.UnknownOutcome]


def test_close_closes_what_is_kept_even_after_a_failed_call() -> None:
    ended = threading.Event()

    def keep_until_the_peer_goes(connection: Connection) -> None:
        connection.request()
        connection.send(GOOD)
        connection.head()
        ended.set()

    with Wire(say_nothing, keep_until_the_peer_goes) as wire:
        with to(wire.url) as client:
            get(client)
            assert not ended.is_set()
        assert ended.wait(5)
