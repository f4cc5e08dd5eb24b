"""`manage.py demo`: fill an empty portal with a demo team; `manage.py portal --demo` runs it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from jobs import demo
from teams.setup import is_open


class Command(BaseCommand):
    help = "Fill an empty portal with a demo team: datasets, and jobs on their way through the sandbox."

    def handle(self, *args: Any, **options: Any) -> None:
        if is_open():
            demo.create()
        elif not demo.is_demo():
            raise CommandError("There are people here already: a demo team is made in an empty portal only.")
        self.stdout.write(f"Demo: sign in as {demo.ADMIN} or {demo.MEMBER}, password {demo.password()}")
