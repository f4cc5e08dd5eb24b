"""`manage.py prepare`: make the database, the static files and the translations fit this version of the code."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from finetune_portal.catalogs import compile_catalogs
from finetune_portal.signals import prepared
from finetune_portal.static import collect_static


class Command(BaseCommand):
    help = "Migrate, collect static files, compile translations. Safe to run twice, also at the same time."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        with _one_at_a_time():
            compile_catalogs(settings.LOCALE_PATHS)
            try:
                call_command("migrate", verbosity=0, interactive=False)
            except DatabaseError as error:
                raise CommandError(f"The database cannot be prepared: {str(error).strip()}") from error
            collect_static()
            prepared.send(sender=Command)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold a lock in the data folder, which all hosts of a portal share."""
    settings.PORTAL_DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.PORTAL_DATA_DIR / "prepare.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
