"""`manage.py portal`: run everything, until Ctrl-C."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from finetune_portal.supervisor.portal import main


class Command(BaseCommand):
    help = "Run the web server, the worker, the clock and whatever else is missing, until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty portal with a demo team")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        sys.exit(main(demo=demo))
