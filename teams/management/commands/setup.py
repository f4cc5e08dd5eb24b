"""`manage.py setup`: the first admin and their team, without a browser."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from teams.setup import AlreadySetUp, create_first_admin, is_open


class Command(BaseCommand):
    help = "Make the first admin and the team. The password is PORTAL_ADMIN_PASSWORD or a line on standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", required=True, help="the team's name")
        parser.add_argument("--username", required=True, help="the admin's name")

    def handle(self, *args: Any, team: str, username: str, **options: Any) -> None:
        if not is_open():
            raise CommandError("The portal is set up already: there is a user. Nothing was changed.")
        try:
            user, made = create_first_admin(team_name=team, username=username, password=_password())
        except AlreadySetUp:
            raise CommandError("Somebody set the portal up just now. Nothing was changed.") from None
        except ValidationError as error:
            lines = [f"{field}: {' '.join(messages)}" for field, messages in error.message_dict.items()]
            raise CommandError("Nothing was made.\n" + "\n".join(lines)) from None
        self.stdout.write(f"{user.username} is the admin of {made.name} (/t/{made.slug}/).")


def _password() -> str:
    if "PORTAL_ADMIN_PASSWORD" in os.environ:
        return os.environ["PORTAL_ADMIN_PASSWORD"]
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\r\n")
