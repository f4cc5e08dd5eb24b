"""The sandbox without a socket: one method that answers a request."""

import io
import json
from typing import Any

from sandbox.errors import ServiceError
from sandbox.routes import resolve
from sandbox.service import Caller, Service
from sandbox.web import MAX_JSON_BYTES, Request, Response, refusal


class Sandbox(Service):
    """The service in one process, without a socket; sandbox.server puts it behind one."""

    def handle(self, request: Request) -> Response:
        """Answer one request, faults included. An answer with `cut` is one that never arrives."""
        route = resolve(request.method, request.path)
        if not route.needs_key:
            return self._work(request)
        with self.lock:
            self.calls[route.name] += 1
        call = f"{request.method} {request.path.removeprefix('/api/v1')}"
        return self.faults.apply(call, lambda: self._work(request))

    def call(self, method: str, target: str, body: dict[str, Any] | None = None, key: str = "sk-sandbox") -> Response:
        """A JSON call from inside the process."""
        raw = io.BytesIO(b"" if body is None else json.dumps(body).encode())
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        return self.handle(Request(method=method, target=target, headers=headers, body=raw))

    def upload(self, name: str, content: bytes, key: str = "sk-sandbox") -> str:
        """Upload a file from inside the process; its id."""
        head = f'--end\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        body = io.BytesIO(head.encode() + content + b"\r\n--end--\r\n")
        headers = {"authorization": f"Bearer {key}", "content-type": "multipart/form-data; boundary=end"}
        answer = self.handle(Request(method="POST", target="/api/v1/files", headers=headers, body=body))
        return str(answer.json()["data"]["uploaded_files"][0]["file_id"])

    def _work(self, request: Request) -> Response:
        route = resolve(request.method, request.path)
        try:
            if not route.needs_key and not request.local:
                raise ServiceError("AccessDenied")
            if route.streams_body:
                with self.lock:
                    caller = self.caller(request)
                return route.handler(self, caller, request, *route.arguments)
            request.body = io.BytesIO(request.body.read(MAX_JSON_BYTES + 1))
            with self.lock:
                caller = self.caller(request) if route.needs_key else Caller("", "")
                self.settle()
                return route.handler(self, caller, request, *route.arguments)
        except ServiceError as error:
            return refusal(error)
