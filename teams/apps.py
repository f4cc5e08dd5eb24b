from typing import Any

from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        from finetune_portal.signals import prepared

        prepared.connect(_on_prepared, dispatch_uid="teams.refresh_default_accounts")


def _on_prepared(**kwargs: Any) -> None:
    from teams.accounts import refresh_default_accounts

    refresh_default_accounts()
