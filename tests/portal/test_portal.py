"""`manage.py portal` as people use it: started, asked, disturbed, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.portal.processes import alive, command_of, descendants
from tests.portal.serving import head
from tests.services import ROOT, Portal, clean_environment
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="it counts processes in /proc")


@pytest.fixture
def started() -> Iterator[list[Portal]]:
    """Portals that the test starts, for them to end with it."""
    portals: list[Portal] = []
    yield portals
    for portal in portals:
        portal.end()


def port_of(portal: Portal) -> str:
    return portal.url.rpartition(":")[2]


def pid_of(portal: Portal, command: str) -> int | None:
    """The part whose command line has these words, if it runs."""
    family = sorted(alive(descendants(portal.process.pid)))
    return next((pid for pid, _ in family if command in command_of(pid)), None)


def test_it_answers_at_the_address_of_its_ready_line(portal: Portal) -> None:
    assert requests.get(f"{portal.url}/healthz", timeout=5).text == "ok\n"


def test_its_secrets_are_for_its_own_user(portal: Portal) -> None:
    assert portal.setup_url
    modes = {path.name: path.stat().st_mode & 0o777 for path in (portal.data_dir / "secrets").iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"secret-key", "encryption-key", "setup-token"} <= set(modes)


def test_a_busy_port_is_one_line_and_status_2(portal: Portal, tmp_path: Path) -> None:
    second = Portal.start(tmp_path, PORT=port_of(portal))
    assert second.process.wait(30) == 2
    second.end()
    assert second.said == f"Port {port_of(portal)} on 127.0.0.1 is in use. Choose another one with PORT=…\n"


def test_a_second_portal_on_the_same_data_is_one_line_and_status_2(portal: Portal) -> None:
    second = Portal.start(portal.data_dir)
    assert second.process.wait(30) == 2
    second.end()
    assert second.said == f"A portal runs on {portal.data_dir} already (process {portal.process.pid}).\n"


@pytest.mark.parametrize(
    "command", ["finetune_portal.web", "celery --quiet --app=finetune_portal worker", "valkey.sock"]
)
def test_a_part_that_is_killed_comes_up_again(command: str, portal: Portal) -> None:
    assert portal.url
    old = wait_for(lambda: pid_of(portal, command), what=command)
    os.kill(old, signal.SIGKILL)
    wait_for(lambda: pid_of(portal, command) not in (old, None), what=f"another {command}")
    assert wait_for(lambda: requests.get(f"{portal.url}/healthz", timeout=10).ok, what="the web server")


def test_a_first_start_a_ctrl_c_and_a_second_start(tmp_path: Path, started: list[Portal]) -> None:
    """The link that sets up the first admin is printed until it was used; all ends within ten seconds."""
    portal = Portal.start(tmp_path)
    started.append(portal)
    assert portal.setup_url.startswith(f"{portal.url}/setup/")
    assert requests.get(portal.setup_url, timeout=5).status_code == 200
    address = ("127.0.0.1", int(port_of(portal)))
    token = portal.setup_url.rpartition("/setup/")[2]
    family = descendants(portal.process.pid)
    with socket.create_connection(address) as half_sent, socket.create_connection(address) as idle:
        half_sent.sendall(head("POST", "/", Content_Length=100) + b"half")
        idle.sendall(head("GET", "/healthz"))
        assert idle.recv(12) == b"HTTP/1.1 200"
        asked = time.monotonic()
        assert portal.end(signal.SIGINT) == 0
    assert time.monotonic() - asked < 10
    assert not alive(family)
    assert [line.partition(":")[0] for line in portal.stdout] == ["Finetune Portal is ready", "Set up the first admin"]
    assert "Traceback" not in portal.said

    again = Portal.start(tmp_path)
    started.append(again)
    assert again.setup_url.rpartition("/setup/")[2] == token


def test_term_in_mid_start_ends_all_of_it(tmp_path: Path) -> None:
    portal = Portal.start(tmp_path)
    wait_for(lambda: pid_of(portal, "django prepare"), what="the preparation")
    family = descendants(portal.process.pid)
    assert portal.end(signal.SIGTERM) == 0
    assert not alive(family)
    assert portal.said == ""


def test_a_part_that_cannot_start_ends_it_with_status_1(tmp_path: Path) -> None:
    (tmp_path / "sandbox" / "state.sqlite3").mkdir(parents=True)
    portal = Portal.start(tmp_path)
    assert portal.process.wait(60) == 1
    portal.end()
    assert portal.stdout == []
    assert "sandbox ended with status" in portal.said
    assert "cannot be kept up" in portal.stderr[-1]


def test_two_preparations_at_once_do_no_harm(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "prepare"]
    env = clean_environment(PORTAL_DATA_DIR=str(tmp_path))
    both = [subprocess.Popen(command, env=env) for _ in range(2)]
    assert [one.wait(120) for one in both] == [0, 0]
