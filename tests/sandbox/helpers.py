"""A sandbox at a time of the test's own, and the files that are put into it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.app import Sandbox
from sandbox.web import Response

START = 1_700_000_000.0  # 2023-11-15 06:13:20 in China


def lines(count: int = 300) -> bytes:
    """A training file of good lines."""
    return b"".join(json.dumps({"prompt": f"q{number}", "completion": "a"}).encode() + b"\n" for number in range(count))


class Bench:
    """A sandbox with a clock that only the test moves."""

    def __init__(self, **options: Any) -> None:
        self.now = START
        self.sandbox = Sandbox(clock=lambda: self.now, pause=self.wait, **options)

    def wait(self, seconds: float) -> None:
        self.now += seconds

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "sk-one") -> Response:
        return self.sandbox.call(method, path if path.startswith("/sandbox") else "/api/v1" + path, body, key)

    def ok(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "sk-one") -> Any:
        """The answer of a call that must succeed: its `output`, its `data`, or all of it."""
        answer = self.call(method, path, body, key)
        assert answer.status == 200, answer.body
        content = answer.json()
        return content.get("output", content.get("data", content))

    def error(self, method: str, path: str, body: dict[str, Any] | None = None, key: str = "sk-one") -> tuple[int, str]:
        """Status and code of a call that must fail."""
        answer = self.call(method, path, body, key)
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
        return answer.status, answer.json()["code"]

    def upload(self, content: bytes | None = None, name: str = "train.jsonl", key: str = "sk-one") -> str:
        return self.sandbox.upload(name, lines() if content is None else content, key)

    def wanted(self, content: bytes | None = None, key: str = "sk-one", **fields: Any) -> dict[str, Any]:
        """The body of a create, with a fresh file unless one is given."""
        body = {"model": "qwen-turbo", "hyper_parameters": {}} | fields
        if "training_file_ids" not in body:
            body["training_file_ids"] = [self.upload(content, key=key)]
        return body

    def create(self, content: bytes | None = None, key: str = "sk-one", **fields: Any) -> str:
        """Make a job; its id."""
        job = self.ok("POST", "/fine-tunes", self.wanted(content, key, **fields), key)
        return str(job["job_id"])

    def job(self, job_id: str) -> dict[str, Any]:
        found = self.ok("GET", f"/fine-tunes/{job_id}")
        assert isinstance(found, dict)
        return found

    def finished(self, **fields: Any) -> str:
        """A job that has succeeded."""
        job_id = self.create(**fields)
        self.ok("POST", f"/sandbox/jobs/{job_id}", {"finish": True})
        return job_id

    def logs(self, job_id: str) -> list[str]:
        return list(self.ok("GET", f"/fine-tunes/{job_id}/logs?line=1000")["logs"])


@contextmanager
def bench(**options: Any) -> Iterator[Bench]:
    """A bench with options of its own."""
    made = Bench(**options)
    yield made
    made.sandbox.close()
