"""What the service can train: base models, their hyper-parameters and prices. Data, not code."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models

from jobs.numbers import money


class BaseModel(models.Model):
    """A model that can be fine-tuned, with what the service lets one set. Data that an administrator changes.

    The price is that of a million trained tokens, counted once for each epoch; without one nothing is estimated.
    """

    name = models.CharField(max_length=128, unique=True)
    is_open = models.BooleanField(default=False, help_text="Its weights are published.")
    training_types = models.JSONField(default=list, blank=True, help_text="Allowed training types; empty: its default.")
    is_active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)
    price_per_million_tokens = models.DecimalField(
        max_digits=12, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(max_length=3, default="¥")
    price_set_at = models.DateTimeField(null=True, blank=True, editable=False)
    max_length = models.PositiveIntegerField(
        null=True, blank=True, help_text="Tokens of an example; the service leaves out longer ones without a word."
    )

    class Meta:
        ordering: ClassVar = ["order", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def price(self) -> str:
        """Of a million tokens, as people write it; empty if none is set."""
        return money(self.currency, self.price_per_million_tokens)


class HyperParameter(models.Model):
    """One hyper-parameter of a base model: its type, range and the service's default (as text, shown as it is)."""

    class Kind(models.TextChoices):
        INTEGER = "integer"
        NUMBER = "number"
        CHOICE = "choice"

    base_model = models.ForeignKey(BaseModel, on_delete=models.CASCADE, related_name="hyper_parameters")
    name = models.CharField(max_length=48)
    kind = models.CharField(max_length=8, choices=Kind)
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    excludes_minimum = models.BooleanField(default=False, help_text="The value must be greater than the minimum.")
    choices = models.JSONField(default=list, blank=True)
    default = models.CharField(max_length=48, blank=True)
    required = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["base_model", "name"], name="hyper_parameter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.base_model}: {self.name}"
