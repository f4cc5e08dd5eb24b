"""Numbers out of query strings, and amounts of money as people write them."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format


def number(text: str | None) -> int | None:
    """A whole number that a database column can hold, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def money(currency: str, amount: Decimal | None) -> str:
    """`¥30.34`; empty for None."""
    return "" if amount is None else f"{currency}{number_format(amount, 2, force_grouping=True)}"
