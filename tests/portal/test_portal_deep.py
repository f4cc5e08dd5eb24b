"""`manage.py portal`: what takes a minute to see, or a start of its own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
import requests

from finetune_portal.heartbeat import HEARD_KEY
from tests.portal.processes import alive, command_of, descendants
from tests.services import Portal
from tests.waiting import wait_for

pytestmark = pytest.mark.deep


@pytest.fixture
def with_servers(tmp_path: Path, valkey: str) -> Iterator[Portal]:
    """A portal that was given a Redis server and a key of the real service (at an address where nothing listens)."""
    portal = Portal.start(
        tmp_path, REDIS_URL=valkey, DASHSCOPE_API_KEY="sk-0123456789", DASHSCOPE_BASE_URL="http://127.0.0.1:9/api/v1"
    )
    assert portal.url
    yield portal
    portal.end()


def commands(portal: Portal) -> str:
    return "\n".join(command_of(pid) for pid, _ in alive(descendants(portal.process.pid)))


def worker(portal: Portal) -> int | None:
    """The worker's main process, if there is one."""
    family = sorted(alive(descendants(portal.process.pid)))
    return next((pid for pid, _ in family if "finetune_portal worker" in command_of(pid)), None)


def heard(url: str) -> bool:
    with redis.Redis.from_url(url) as client:
        return bool(client.exists(HEARD_KEY))


def test_servers_that_are_given_are_not_started(with_servers: Portal) -> None:
    running = commands(with_servers)
    assert "finetune_portal.web" in running
    assert "-m sandbox" not in running
    assert "valkey-server" not in running


def test_a_worker_that_hears_nothing_is_started_anew(with_servers: Portal, valkey: str) -> None:
    wait_for(lambda: heard(valkey), seconds=30, what="the first heartbeat")
    deaf = worker(with_servers)
    assert deaf
    os.kill(deaf, signal.SIGSTOP)
    wait_for(lambda: worker(with_servers) not in (deaf, None), seconds=150, what="another worker")
    assert "worker has not answered for 60 s; starting it again." in with_servers.said
    wait_for(lambda: heard(valkey), seconds=60, what="a heartbeat again")


def test_a_flush_of_redis_disturbs_nothing(with_servers: Portal, valkey: str) -> None:
    before = worker(with_servers)
    with redis.Redis.from_url(valkey) as client:
        client.flushall()
    wait_for(lambda: heard(valkey), seconds=40, what="a heartbeat after the flush")
    assert worker(with_servers) == before
    assert requests.get(f"{with_servers.url}/healthz", timeout=5).ok
