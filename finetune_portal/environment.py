"""Environment variables as values that can be relied upon; what is wrong with one is said in one line.

Every reader takes the variable's name, treats an empty one as not set, and raises ImproperlyConfigured.
"""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

DATABASE_SCHEMES = {"sqlite", "postgres", "postgresql"}
REDIS_SCHEMES = {"redis", "rediss", "unix"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def words(name: str, default: list[str] | None = None) -> list[str]:
    """A comma list."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or (default or [])


def whole(name: str, default: int, *, least: int, most: int | None = None) -> int:
    try:
        value = int(text(name, str(default)))
    except ValueError:
        raise _wrong(name, f"{text(name)!r} is not a whole number") from None
    if value < least or (most is not None and value > most):
        raise _wrong(name, f"{value} is not " + (f"at least {least}" if most is None else f"from {least} to {most}"))
    return value


def positive(name: str, default: float) -> float:
    try:
        value = float(text(name, str(default)))
    except ValueError:
        raise _wrong(name, f"{text(name)!r} is not a number") from None
    if not 0 < value < float("inf"):
        raise _wrong(name, f"{value} is not greater than 0")
    return value


def folder(name: str, default: Path) -> Path:
    """A folder that can be written to, made now if it is not there."""
    path = Path(text(name, str(default))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _wrong(name, f"{path} cannot be made ({error.strerror})") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise _wrong(name, f"{path} cannot be written to")
    return path


def database(name: str, default: str) -> dict[str, Any]:
    """Django's settings of a database."""
    url = text(name, default)
    scheme = url.partition("://")[0]
    if scheme not in DATABASE_SCHEMES:
        raise _wrong(name, "it has to begin with postgres:// or sqlite:///")
    try:
        config: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError as error:
        raise _wrong(name, f"it cannot be read ({error})") from None
    if not config.get("NAME"):
        raise _wrong(name, "it names no database")
    return config


def redis_url(name: str) -> str:
    url = text(name)
    address = urlsplit(url)
    if url and address.scheme not in REDIS_SCHEMES:
        raise _wrong(name, "it has to begin with redis://, rediss:// or unix:///")
    if address.scheme == "unix" and (address.netloc or not address.path.startswith("/")):
        raise _wrong(name, "the path of a unix socket has to be absolute, unix:///…")
    return url


def fernet_keys(name: str) -> list[str]:
    keys = words(name)
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:  # the key itself is not shown
            raise _wrong(name, f"key {number} is no Fernet key (32 bytes in URL-safe base64)") from None
    return keys


# What may stand in a header by itself: printable ASCII without blanks, quotes and backslashes.
HEADER_WORD = re.compile(r"[!#-&(-\[\]-~]+")


def api_key(name: str) -> str:
    """A key as it goes into a header. It is not shown."""
    key = text(name)
    if key and not HEADER_WORD.fullmatch(key):
        raise _wrong(name, "it has blanks, quotes or other characters that no key has")
    return key


def service_url(name: str, default: str) -> str:
    """The service's address: https, or http on this machine, since each call carries the key."""
    url = text(name, default).rstrip("/")
    address = urlsplit(url)
    if address.scheme == "http" and not is_loopback(address.hostname or ""):
        raise _wrong(name, "http is allowed on this machine alone (127.0.0.1); take https")
    if address.scheme not in ("http", "https") or not address.hostname:
        raise _wrong(name, f"{url!r} is no http or https address")
    return url


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def broker_url(redis_url: str) -> str:
    """Kombu's form of a Redis URL. Without one a message goes nowhere, at once: what it would have rung for is found
    by a sweep."""
    return redis_url.replace("unix://", "redis+socket://", 1) or "memory://"


def _wrong(name: str, what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}: {what}.")
