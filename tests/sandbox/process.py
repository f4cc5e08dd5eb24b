"""The sandbox as a program of its own, for tests that need real sockets, real time or a real end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Program:
    """A running sandbox."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", "0", *options]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.ready = self.process.stdout.readline()
        self.url = self.ready.removeprefix("Sandbox is ready: ").strip()
        self.address = self.url.removeprefix("http://").removesuffix("/api/v1")

    def call(self, method: str, path: str, body: Any = None, key: str = "sk-test") -> Any:
        """A JSON call by its whole path; the answer's JSON."""
        connection = HTTPConnection(self.address, timeout=20)
        connection.request(method, path, json.dumps(body or {}), {"Authorization": f"Bearer {key}"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def upload(self, content: bytes, key: str = "sk-test") -> str:
        body = b'--end\r\nContent-Disposition: form-data; name="files"; filename="a.jsonl"\r\n\r\n' + content
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "multipart/form-data; boundary=end"}
        connection = HTTPConnection(self.address, timeout=60)
        connection.request("POST", "/api/v1/files", body + b"\r\n--end--\r\n", headers)
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return str(answer["data"]["uploaded_files"][0]["file_id"])

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it; the code that it ends with. More than two seconds are an error."""
        os.kill(self.process.pid, number)
        return self.process.wait(2)


@contextmanager
def running(*options: str) -> Iterator[Program]:
    """A sandbox program with these options, ended afterwards."""
    program = Program(*options)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.process.terminate()
        program.process.communicate(timeout=10)
