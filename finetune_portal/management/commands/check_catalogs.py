"""`manage.py check_catalogs`: is every text of the sources translated?"""

from __future__ import annotations

import shutil
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from finetune_portal.catalogs import gaps


class Command(BaseCommand):
    help = "Find texts that a catalog lacks, keeps empty, fuzzy or with other placeholders, or keeps for nothing."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not shutil.which("xgettext"):
            raise CommandError("This needs GNU gettext (`apt-get install gettext`).")
        found = gaps(settings.BASE_DIR)
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(
                f"{len(found)} gaps in the translations. `make messages` brings the catalogs up to date."
            )
