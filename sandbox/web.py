"""Requests and answers as plain values, so that a call needs no socket; server.py puts them on the wire."""

import io
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.errors import ServiceError

MAX_JSON_BYTES = 4 * 1024 * 1024


@dataclass(kw_only=True)
class Request:
    """One call. `headers` have lower-case names; `body` ends where the request does."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: BinaryIO = field(default_factory=io.BytesIO)
    local: bool = True  # from this machine; others may not make admin calls

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty object."""
        raw = self.body.read(MAX_JSON_BYTES + 1)
        if len(raw) > MAX_JSON_BYTES:
            raise ServiceError("BadRequest.TooLarge")
        try:
            value = json.loads(raw or b"{}")
        except (ValueError, RecursionError) as error:
            raise ServiceError("InvalidParameter", "The request body is not JSON.") from error
        if not isinstance(value, dict):
            raise ServiceError("InvalidParameter", "The request body must be a JSON object.")
        return value

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        """A whole number of the query within its bounds."""
        text = self.query.get(name, str(default))
        if not text.isascii() or not text.isdigit() or not lowest <= int(text[:12]) <= highest:
            raise ServiceError("InvalidParameter", f"{name} must be between {lowest} and {highest}.")
        return int(text)


@dataclass(kw_only=True)
class Response:
    """An answer. `events` makes it an event stream; `cut` says that the connection is cut instead of answering.

    `cut` is "" (answer), "all" (not a byte of it) or "half" (in the middle of the body).
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    events: Iterator[str] | None = None
    cut: str = ""

    def json(self) -> Any:
        """The answer as JSON, for callers inside the process."""
        return json.loads(self.body)


def answer(status: int = 200, **content: Any) -> Response:
    """A JSON answer with its request id, in the body and as a header. A lone surrogate leaves as its JSON escape."""
    request_id = str(uuid.uuid4())
    body = json.dumps({"request_id": request_id, **content}, ensure_ascii=False).encode(errors="backslashreplace")
    return Response(status=status, body=body, headers={"x-request-id": request_id})


def refusal(error: ServiceError) -> Response:
    """A service error as its answer."""
    return answer(error.status, code=error.code, message=error.message)


def page(
    rows: list[dict[str, Any]], request: Request, default_size: int = 10
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """The rows of the page that was asked for, and the three numbers that stand beside them."""
    number = request.number("page_no", 1, 1, 10**9)
    size = request.number("page_size", default_size, 1, 100)
    start = (number - 1) * size
    return rows[start : start + size], {"total": len(rows), "page_no": number, "page_size": size}
