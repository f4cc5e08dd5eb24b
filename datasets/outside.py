"""Warnings that the file alone does not tell: an example is too long for a model, a line is in the validation data too.

They are issues without rows, made of what the second reading and a comparison found. Counts are exact; listed are the
longest examples, and the first shared lines and the last. What models take is told by whoever knows models.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from datasets.models import Dataset, Issue, Overlap, Reading
from datasets.report import Params
from finetune_portal.phrases import enumeration

TOO_LONG, SHARED = "too_long", "validation_overlap"
FILES = 5  # validation files that are told of, those compared last


class Limit(NamedTuple):
    """How many tokens an example may have, and which models say so."""

    tokens: int
    models: tuple[str, ...] = ()


class Asked(NamedTuple):
    """What the reader chose: a number of tokens, a validation file by its key."""

    limit: int | None = None
    validation: int | None = None


NOTHING_ASKED = Asked()


@dataclass(frozen=True)
class Outside:
    """The warnings of one code: too long for one limit, or shared with one `validation` file, which `detail` names.

    `query` is the link to them, `issues` those that are listed, in order of their lines.
    """

    code: str
    count: int
    issues: list[Issue]
    query: str
    validation: int | None = None
    detail: str = ""

    def fits(self, asked: Asked) -> bool:
        """Was it this file that was asked for, if any was?"""
        return asked.validation is None or self.validation in (None, asked.validation)


_sources: list[Callable[[], list[Limit]]] = []


def register_limits(source: Callable[[], list[Limit]]) -> None:
    """Have `source` asked for the limits of models, the lowest first."""
    _sources.append(source)


def limits() -> list[Limit]:
    return sorted(limit for source in _sources for limit in source())


def outside_of(dataset: Dataset, asked: Asked = NOTHING_ASKED) -> list[Outside]:
    """Those that there are. Without a limit that was chosen, the lowest of the models' counts."""
    return [*_too_long(dataset, asked.limit), *_shared(dataset, asked.validation)]


def longer_than(histogram: Mapping[str, int], limit: int) -> int:
    """How many examples of the histogram have more tokens."""
    return sum(times for length, times in histogram.items() if int(length) > limit)


def _too_long(dataset: Dataset, chosen: int | None) -> list[Outside]:
    reading = Reading.objects.filter(pk=dataset.pk).exclude(counted_at=None).first()
    limit = _limit(chosen) if reading else None
    if reading is None or limit is None:
        return []
    count = longer_than(reading.histogram, limit.tokens)
    said: Params = {"limit": limit.tokens}
    if limit.models:
        said["models"] = enumeration(list(limit.models))
    found = sorted((line, offset, tokens) for tokens, line, offset in reading.longest if tokens > limit.tokens)
    issues = [_issue(dataset, TOO_LONG, line, {**said, "tokens": tokens}, offset) for line, offset, tokens in found]
    return [Outside(TOO_LONG, count, issues, _query(TOO_LONG, limit=chosen))] if count else []


def _limit(chosen: int | None) -> Limit | None:
    return next((limit for limit in limits() if chosen in (None, limit.tokens)), Limit(chosen) if chosen else None)


def _shared(dataset: Dataset, chosen: int | None) -> list[Outside]:
    found = Overlap.objects.filter(training=dataset, count__gt=0).exclude(found_at=None).select_related("validation")
    told = list(found.order_by("-found_at")[:FILES])
    if chosen is not None and chosen not in {overlap.validation_id for overlap in told}:
        told += found.filter(validation=chosen)
    return [_shared_with(dataset, overlap) for overlap in told]


def _shared_with(dataset: Dataset, overlap: Overlap) -> Outside:
    name, validation = str(overlap.validation), overlap.validation_id
    issues = [_issue(dataset, SHARED, line, {"file": name, "there": there}) for line, there in overlap.listed]
    return Outside(SHARED, overlap.count, issues, _query(SHARED, validation=validation), validation, name)


def _issue(dataset: Dataset, code: str, line: int, params: Params, offset: int | None = None) -> Issue:
    return Issue(dataset=dataset, is_error=False, code=code, line=line, offset=offset, params=params)


def _query(code: str, **chosen: int | None) -> str:
    return urlencode({"code": code} | {name: value for name, value in chosen.items() if value is not None})
