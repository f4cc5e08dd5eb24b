"""Who is to blame when no heartbeat was heard."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import redis
from kombu.exceptions import OperationalError

from finetune_portal import heartbeat
from finetune_portal.celery import app

STATS = {"worker-1@host": {"pool": {"max-concurrency": 2}}}


def answer(monkeypatch: pytest.MonkeyPatch, stats: Any, active: Any) -> None:
    inspect = SimpleNamespace(stats=lambda: stats, active=lambda: active)
    monkeypatch.setattr(app.control, "inspect", lambda **_: inspect)


def test_the_heartbeat_leaves_a_mark_that_fades(valkey: str, settings: Any) -> None:
    settings.REDIS_URL = valkey
    heartbeat.heartbeat()
    with redis.Redis.from_url(valkey) as client:
        assert 0 < client.ttl(heartbeat.HEARD_KEY) <= 25


def test_it_is_sent_every_ten_seconds() -> None:
    app.finalize()
    assert app.conf.beat_schedule["heartbeat"]["schedule"] == heartbeat.INTERVAL


def test_a_worker_with_a_free_hand_is_to_blame(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, STATS, {"worker-1@host": [{"id": "1"}]})
    assert heartbeat.may_be_deaf()


def test_a_worker_with_full_hands_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, STATS, {"worker-1@host": [{"id": "1"}, {"id": "2"}]})
    assert not heartbeat.may_be_deaf()


def test_the_worker_of_files_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    stats = STATS | {"files-1@host": {"pool": {"max-concurrency": 1}}}
    answer(monkeypatch, stats, {"worker-1@host": [], "files-1@host": [{"id": "1"}]})
    assert heartbeat.may_be_deaf()


def test_a_worker_that_says_nothing_at_all_is(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, None, None)
    assert heartbeat.may_be_deaf()


@pytest.mark.parametrize("error", [OperationalError(), redis.ConnectionError(), ConnectionRefusedError()])
def test_without_redis_nobody_is(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_it(timeout: float) -> Any:
        raise error

    monkeypatch.setattr(app.control, "inspect", raise_it)
    assert not heartbeat.may_be_deaf()
