"""The site's administrators change which base models are offered, their hyper-parameters, limits and prices."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from jobs.models import BaseModel, HyperParameter


class HyperParameterInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs alone
    model = HyperParameter
    extra = 0


@admin.register(BaseModel)
class BaseModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    list_display = ["name", "is_open", "is_active", "order", "price_per_million_tokens", "currency", "max_length"]
    list_editable = ["is_active", "order", "price_per_million_tokens", "currency", "max_length"]
    readonly_fields = ["price_set_at"]
    inlines = [HyperParameterInline]

    def save_model(self, request: HttpRequest, obj: BaseModel, form: Any, change: Any) -> None:
        """People are told how old a price is."""
        if {"price_per_million_tokens", "currency"} & set(form.changed_data):
            obj.price_set_at = timezone.now()
        super().save_model(request, obj, form, change)
