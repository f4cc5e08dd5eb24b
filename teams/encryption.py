"""Text that is encrypted at rest with the keys of PORTAL_ENCRYPTION_KEYS: the first encrypts, all decrypt."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    return _cipher(tuple(settings.PORTAL_ENCRYPTION_KEYS))


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A text column that holds a Fernet token; in Python it is the plain text. It cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else cipher().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else cipher().decrypt(value.encode()).decode()
