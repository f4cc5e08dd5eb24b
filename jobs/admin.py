"""The site's administrators change which base models are offered, and their hyper-parameters."""

from __future__ import annotations

from django.contrib import admin

from jobs.models import BaseModel, HyperParameter


class HyperParameterInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs alone
    model = HyperParameter
    extra = 0


@admin.register(BaseModel)
class BaseModelAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs alone
    list_display = ["name", "is_open", "is_active", "order"]
    list_editable = ["is_active", "order"]
    inlines = [HyperParameterInline]
