"""Work in the background that is claimed, so that no two do it at once and none of it is lost.

A claim is a conditional UPDATE that counts attempts. Who has it gives a sign of life each second. Without one for a
while it is taken to be dead, and the sweep has someone else begin, until the attempts are used up: a file that kills
its worker must not do so for ever. The number of the attempt tells a late worker that the work is its own no longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from datasets.models import Conversion, Dataset, Fixing, Overlap, Reading, Split

SIGN_EVERY = 1.0  # seconds

M = TypeVar("M", bound=Model)


class Superseded(Exception):
    """Someone else has this work in hand, it is done, or what it is for is gone."""


@dataclass(frozen=True)
class Work(Generic[M]):
    """One kind of work: the rows of `model` that are as `waiting` says. `seen_at`, `attempts` and `progress` name their
    fields for the last sign of life, the number of claims, and how far it is, if they keep that."""

    model: type[M]
    waiting: Mapping[str, object]
    max_attempts: int = 5
    dead_after: timedelta = timedelta(seconds=60)
    seen_at: str = "seen_at"
    attempts: str = "attempts"
    progress: str = ""
    related: tuple[str, ...] = ()

    def forsaken(self) -> QuerySet[M]:
        """What waits while nobody is at it, and is not given up."""
        silent = Q((self.seen_at, None)) | Q((f"{self.seen_at}__lt", timezone.now() - self.dead_after))
        return self._rows().filter(silent, (f"{self.attempts}__lt", self.max_attempts), **self.waiting)

    def claim(self, pk: int) -> M | None:
        """The row, if it is ours now."""
        claim = {self.attempts: F(self.attempts) + 1, **self._sign(0)}
        if not self.forsaken().filter(pk=pk).update(**claim):
            return None
        return self._rows().select_related(*self.related).filter(pk=pk).first()

    def change(self, row: M, **fields: object) -> None:
        """Write `fields` if the claim is still ours. Raises Superseded."""
        ours = self._rows().filter((self.attempts, getattr(row, self.attempts)), pk=row.pk, **self.waiting)
        if ours.update(**fields) != 1:
            raise Superseded

    def signs(self, row: M) -> Callable[[int], None]:
        """What the worker calls with how far it is, as often as it likes: each second it is a sign of life."""
        due = time.monotonic() + SIGN_EVERY

        def sign(done: int) -> None:
            nonlocal due
            if time.monotonic() >= due:
                self.change(row, **self._sign(done))
                due = time.monotonic() + SIGN_EVERY

        return sign

    def is_given_up(self, row: M) -> bool:
        """Does it wait still, after the last attempt? That one may be at it."""
        waits = all(getattr(row, field) == value for field, value in self.waiting.items())
        return waits and getattr(row, self.attempts) >= self.max_attempts and self._is_silent(row)

    def _is_silent(self, row: M) -> bool:
        seen_at: datetime | None = getattr(row, self.seen_at)
        return seen_at is None or seen_at < timezone.now() - self.dead_after

    def _sign(self, done: int) -> dict[str, object]:
        return {self.seen_at: timezone.now()} | ({self.progress: done} if self.progress else {})

    def _rows(self) -> QuerySet[M]:
        return self.model._default_manager.all()


CHECKS = Work(
    Dataset,
    {"state": Dataset.State.CHECKING},
    seen_at="check_seen_at",
    attempts="check_attempts",
    progress="checked_bytes",
)
READINGS = Work(Reading, {"counted_at": None}, progress="read_bytes", related=("dataset",))
# Nothing gives a sign of life while two files are compared, hence the longer wait.
OVERLAPS = Work(
    Overlap,
    {"found_at": None},
    max_attempts=3,
    dead_after=timedelta(minutes=5),
    related=("training", "validation"),
)
# The last claim does no more than say that those before it broke off.
CONVERSIONS = Work(
    Conversion, {"state": Conversion.State.WAITING}, max_attempts=6, related=("source__team", "asked_by")
)
FIXINGS = Work(Fixing, {"finished_at": None}, progress="done_bytes", related=("dataset__team", "requested_by"))
SPLITS = Work(Split, {"finished_at": None}, progress="done_bytes", related=("source__team", "requested_by"))
