"""The way to a sandbox in the same process: an adapter of requests, so that all of the portal's client is in use."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, BinaryIO, cast

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from sandbox.app import Sandbox
from sandbox.web import Request, Response

URL = "http://127.0.0.1:1/api/v1"  # nothing listens there, and nothing is sent there


class Wire(BaseAdapter):
    """`sent` is called with `METHOD /path` before the sandbox gets a request, `done` once it has done the work; what
    they raise is what the client meets."""

    def __init__(self, service: Sandbox, *, sent: Callable[[str], None], done: Callable[[str], None]) -> None:
        super().__init__()
        self.service = service
        self._sent = sent
        self._done = done

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        target = request.path_url
        call = f"{request.method} {target.partition('?')[0].removeprefix('/api/v1')}"
        self._sent(call)
        answer = self.service.handle(_as_received(request, target))
        self._done(call)
        if answer.cut == "all":
            raise requests.ConnectionError("the connection was cut")
        return _as_answered(request, answer)

    def close(self) -> None:
        """Nothing is open."""


def session(wire: Wire) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", wire)
    return made


def _as_received(request: requests.PreparedRequest, target: str) -> Request:
    body: Any = request.body
    file = body if hasattr(body, "read") else io.BytesIO(body or b"")
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    return Request(method=str(request.method), target=target, headers=headers, body=cast(BinaryIO, file))


def _as_answered(request: requests.PreparedRequest, answer: Response) -> requests.Response:
    body = answer.body[: len(answer.body) // 2] if answer.cut == "half" else answer.body
    headers = {**answer.headers, "content-type": answer.content_type, "content-length": str(len(answer.body))}
    made = requests.Response()
    made.status_code = answer.status
    made.headers = CaseInsensitiveDict(headers)
    made.raw = HTTPResponse(io.BytesIO(body), headers, answer.status, preload_content=False)
    made.url, made.request = str(request.url), request
    return made
