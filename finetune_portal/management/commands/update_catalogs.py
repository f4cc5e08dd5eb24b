"""`manage.py update_catalogs`: take new texts into the catalogs, to be translated."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from finetune_portal.catalogs import update_catalogs


class Command(BaseCommand):
    help = "Bring the catalogs up to the sources (needs GNU gettext)."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        update_catalogs(settings.BASE_DIR)
