"""A client that sends a file in slices."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from django.test import Client

from teams.models import User

ClientFor = Callable[[User], Client]
URL = "/t/lab/datasets/uploads/"
TUS = {"tus-resumable": "1.0.0"}
SLICE = "application/offset+octet-stream"


class Sender:
    """A client that sends one file by the protocol."""

    def __init__(self, client: Client, content: bytes, *, name: str = "a.jsonl", **metadata: str) -> None:
        self.client, self.content = client, content
        pairs = {"filename": name, **metadata}.items()
        told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs)
        self.made = client.post(URL, headers={**TUS, "upload-length": str(len(content)), "upload-metadata": told})
        self.url = self.made.headers.get("Location", "")

    def send(self, start: int, end: int | None = None, **headers: str) -> Any:
        told = {**TUS, "upload-offset": str(start), **headers}
        body = self.content[start:end]
        return self.client.patch(self.url, body, content_type=SLICE, headers=told, CONTENT_TYPE=SLICE)

    def offset(self) -> int:
        return int(self.client.head(self.url, headers=TUS)["Upload-Offset"])

    def send_all(self, slice_bytes: int = 1000) -> Any:
        for start in range(0, len(self.content), slice_bytes):
            answer = self.send(start, start + slice_bytes)
            assert answer.status_code == 204
        return answer


Begin = Callable[..., Sender]
