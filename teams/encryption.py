"""Text that is encrypted at rest with the keys of PORTAL_ENCRYPTION_KEYS: the first encrypts, all decrypt."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute


@lru_cache
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    return _cipher(tuple(settings.PORTAL_ENCRYPTION_KEYS))


class Ciphertext(str):
    """A value as it stands in the database, not decrypted yet."""


class _DecryptedOnUse(DeferredAttribute):
    """Decrypts when the attribute is read: a page that lists accounts handles no key, and a key that can no longer be
    decrypted stops only what needs it."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Ciphertext):
            value = cipher().decrypt(value.encode()).decode()
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        # Without a setter Python would look into the instance first and never ask the getter.
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # generic in the stubs alone
    """A text column that holds a Fernet token; in Python it is the plain text. It cannot be searched."""

    descriptor_class = _DecryptedOnUse

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return model_instance.__dict__.get(self.attname)

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Ciphertext):
            return value
        return cipher().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)
