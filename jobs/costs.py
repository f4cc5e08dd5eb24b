"""What training on a dataset costs: its tokens × epochs × the model's price. No price, no estimate.

A model that takes only so many tokens of an example leaves longer ones out, so they are not trained and not paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasets.dismissals import dismissals_of
from datasets.insight import Insight
from datasets.models import Reading
from datasets.outside import TOO_LONG, Limit
from jobs.models import BaseModel, Job
from jobs.numbers import money

MILLION = 1_000_000
EPOCHS = (1, 3)  # of the table on a dataset's page
LONGEST = 5  # examples that are named


@dataclass(frozen=True)
class Cost:
    """One model on one dataset. `tokens` are those of an epoch; `dropped` examples are longer than `limit`."""

    model: BaseModel
    tokens: int
    dropped: int
    limit: int | None

    @property
    def price(self) -> str:
        """Per million tokens; empty if none is set."""
        return self.model.price

    def for_epochs(self, epochs: int) -> str:
        """The estimate; empty if there is no price."""
        price = self.model.price_per_million_tokens
        return money(self.model.currency, None if price is None else price * self.tokens * epochs / MILLION)

    @property
    def columns(self) -> list[str]:
        return [self.for_epochs(epochs) for epochs in EPOCHS]


@dataclass(frozen=True)
class Costs:
    """All models on one dataset; `set_at` is when an administrator last set a price."""

    rows: list[Cost]
    set_at: datetime | None

    @property
    def too_long(self) -> list[Cost]:
        return [row for row in self.rows if row.dropped]


def cost_of(reading: Reading, model: BaseModel, limit: int | None = None) -> Cost:
    """`limit` is the longest example in tokens, if a job says so; else the model's own counts."""
    limit = limit or model.max_length
    tokens, dropped = within(reading.histogram, limit)
    return Cost(model, tokens, dropped, limit)


def costs_of(reading: Reading) -> Costs:
    models = BaseModel.objects.filter(is_active=True)
    rows = [cost_of(reading, model) for model in models]
    times = [row.model.price_set_at for row in rows if row.model.price_set_at and row.price]
    return Costs(rows, max(times, default=None))


def within(histogram: Mapping[str, int], limit: int | None) -> tuple[int, int]:
    """The tokens of the examples that are not longer than `limit`, and how many are longer."""
    tokens = dropped = 0
    for length, times in histogram.items():
        if limit is not None and int(length) > limit:
            dropped += times
        else:
            tokens += int(length) * times
    return tokens, dropped


def shown_costs(insight: Insight) -> dict[str, Any]:
    """What the template of prices and estimates shows."""
    context: dict[str, Any] = {"dataset": insight.dataset, "insight": insight}
    if insight.reading is None or not insight.is_counted:
        return context
    dismissal = dismissals_of(insight.dataset).get(TOO_LONG)
    longest = insight.reading.longest[:LONGEST]
    return context | {"costs": costs_of(insight.reading), "dismissal": dismissal, "longest": longest}


def limits() -> list[Limit]:
    """What the models take, those with the same limit together."""
    models: dict[int, list[str]] = {}
    for limit, name in BaseModel.objects.filter(is_active=True).values_list("max_length", "name"):
        if limit is not None:
            models.setdefault(limit, []).append(name)
    return [Limit(limit, tuple(names)) for limit, names in models.items()]


@dataclass(frozen=True)
class Spent:
    """What a running job has trained so far; `amount` is empty without a price."""

    tokens: int
    amount: str


def spent_so_far(job: Job) -> Spent | None:
    """Epochs done × tokens of one; None while one of the two is not known."""
    reading = Reading.objects.filter(pk=job.dataset_id, counted_at__isnull=False).first()
    if reading is None or job.epoch is None:
        return None
    model = BaseModel.objects.filter(name=job.base_model).first()
    given = job.hyper_parameters.get("max_length")
    limit = given if isinstance(given, int) else model.max_length if model else None
    tokens = int(within(reading.histogram, limit)[0] * job.epoch)
    price = model.price_per_million_tokens if model else None
    return Spent(tokens, money(model.currency, price * tokens / MILLION) if model and price is not None else "")
