"""`manage.py compile_catalogs`: `.po` to `.mo`, without gettext."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from finetune_portal.catalogs import compile_catalogs


class Command(BaseCommand):
    help = "Compile the translations that have changed."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path in compile_catalogs(settings.LOCALE_PATHS):
            self.stdout.write(f"compiled {path.relative_to(settings.BASE_DIR)}")
