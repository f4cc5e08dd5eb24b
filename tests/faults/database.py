"""The test's own database, as other programs name it."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.db import connection

from tests.services import clean_environment


def url() -> str:
    """A DATABASE_URL for what the test itself is connected to."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    host, port = config["HOST"] or "127.0.0.1", config["PORT"] or 5432
    user, password = quote(str(config["USER"]), safe=""), quote(str(config["PASSWORD"]), safe="")
    return f"postgres://{user}:{password}@{host}:{port}/{config['NAME']}"


def environment(**env: str) -> dict[str, str]:
    """That of a program of the portal's that shares the test's database, files and keys."""
    shared = {"DATABASE_URL": url(), "PORTAL_DATA_DIR": str(settings.PORTAL_DATA_DIR)}
    return clean_environment(DJANGO_SETTINGS_MODULE="finetune_portal.settings", **{**shared, **env})
