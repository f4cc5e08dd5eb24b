"""Settings that are wrong are said in one line that names the variable, and shows no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from finetune_portal import environment

ROOT = Path(__file__).resolve().parents[2]


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", " ")
    assert environment.whole("PORT", 8000, least=0) == 8000


@pytest.mark.parametrize("value", ["abc", "1.5", "-1", "65536"])
def test_a_port_is_a_whole_number_in_its_range(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(ImproperlyConfigured, match=r"^PORT: "):
        environment.whole("PORT", 8000, least=0, most=65535)


@pytest.mark.parametrize("value", ["x", "0", "-2", "inf", "nan"])
def test_a_time_scale_is_greater_than_zero(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALE", value)
    with pytest.raises(ImproperlyConfigured, match=r"^SCALE: "):
        environment.positive("SCALE", 1.0)


def test_a_postgres_url_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://me:p%40ss@db:5433/portal")
    config = environment.database("DATABASE_URL", "sqlite:///x")
    assert (config["ENGINE"], config["HOST"], config["PORT"], config["PASSWORD"]) == (
        "django.db.backends.postgresql",
        "db",
        5433,
        "p@ss",
    )


@pytest.mark.parametrize("url", ["mysql://a/b", "postgres:///", "postgres://u:secret@h:x/d", "portal.sqlite3"])
def test_another_database_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL: ") as caught:
        environment.database("DATABASE_URL", "sqlite:///x")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://x", "unix://relative/path", "localhost:6379"])
def test_another_redis_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"^REDIS_URL: "):
        environment.redis_url("REDIS_URL")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/api/v1", "http://[::1]:9", "http://localhost:9", "https://x.example"]
)
def test_the_service_is_https_or_on_this_machine(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_BASE_URL", url)
    assert environment.service_url("DASHSCOPE_BASE_URL", "") == url


@pytest.mark.parametrize("url", ["http://dashscope.aliyuncs.com/api/v1", "ftp://127.0.0.1", "127.0.0.1:9", "https://"])
def test_http_to_another_machine_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASHSCOPE_BASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=r"^DASHSCOPE_BASE_URL: "):
        environment.service_url("DASHSCOPE_BASE_URL", "")


@pytest.mark.parametrize("key", ["sk-two words", "sk-\n", "sk-é", "sk-\x00"])
def test_a_key_that_no_header_takes_is_refused(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"DASHSCOPE_API_KEY": f"{key}-tail"})
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.api_key("DASHSCOPE_API_KEY")
    assert "tail" not in str(caught.value)


def test_a_wrong_encryption_key_is_named_by_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_ENCRYPTION_KEYS", f"{Fernet.generate_key().decode()},hunter2")
    with pytest.raises(ImproperlyConfigured, match="key 2 is no Fernet key") as caught:
        environment.fernet_keys("PORTAL_ENCRYPTION_KEYS")
    assert "hunter2" not in str(caught.value)


def test_the_broker_is_named_as_kombu_wants_it() -> None:
    assert environment.broker_url("unix:///tmp/v.sock") == "redis+socket:///tmp/v.sock"
    assert environment.broker_url("redis://h/0") == "redis://h/0"
    assert environment.broker_url("") == "memory://"


@pytest.mark.parametrize("setting", ["PORT=x", "DATABASE_URL=mysql://a/b", "PORTAL_DATA_DIR=/dev/null/x"])
def test_wrong_settings_end_with_status_2_and_one_line(setting: str, tmp_path: Path) -> None:
    name, _, value = setting.partition("=")
    env = {
        **os.environ,
        "PORTAL_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "finetune_portal.settings",
        name: value,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "portal"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"{name}: ")
    assert done.stderr.count("\n") == 1
