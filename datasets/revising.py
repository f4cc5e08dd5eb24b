"""Making the next version of a dataset here, out of the bytes of an earlier one.

A version is never changed and none is taken away, so a job that was trained on one can always be explained. Going back
to an earlier one makes a new version, too: a row with the same bytes and the same report, which costs no room and no
second check.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.db import transaction

from datasets import queries, removing, storing
from datasets.models import Dataset, Issue, Lines, Reading
from datasets.storing import Incoming
from datasets.tasks import check_soon
from teams import audit
from teams.models import User

COPIED_AT_ONCE = 500  # issues
# What the second reading has found: kept, else it would be found, and listed, once more.
READING_FIELDS = ("compared_at", "counted_at", "read_bytes", "tokens", "histogram", "longest")
REPORT_FIELDS = (
    "state", "format", "lines", "examples", "error_lines", "counts", "warning_counts", "truncated", "error_map",
    "statistics", "crlf_lines", "checked_at", "checked_bytes", "check_attempts",
)  # fmt: skip


class NotNewest(Exception):
    """Someone made a newer version meanwhile: `newest`."""

    def __init__(self, newest: Dataset) -> None:
        super().__init__()
        self.newest = newest


def newest(dataset: Dataset) -> Dataset:
    """The newest version under the dataset's name, which may be the dataset itself."""
    return queries.latest(dataset.team, dataset.name) or dataset


def keep(
    base: Dataset,
    incoming: Incoming,
    *,
    actor: User,
    made_by: dict[str, Any],
    aside: Incoming | None = None,
    check: Callable[[Dataset], None] = check_soon,
) -> Dataset:
    """Keep `incoming` as the version after `base`, and check it or have it checked. `aside` is kept beside it.

    Raises NotNewest if `base` is no longer the newest version, and StorageFull; `incoming` is gone in any case.
    """
    try:
        with storing.alone():
            made = _next(base, incoming.sha256, incoming.size, actor, made_by)
            try:
                incoming.settle(made.path)
                if aside is not None and aside.size:
                    made.made_by["aside"] = f"{storing.ASIDE}/{secrets.token_hex(16)}"
                    aside.settle(made.made_by["aside"])
                _save(made)
            except BaseException:
                removing.remove_bytes(made)
                raise
    finally:
        incoming.discard()
        if aside is not None:
            aside.discard()
    check(made)
    return made


def go_back(earlier: Dataset, *, seen: int, actor: User) -> Dataset:
    """Make the content of `earlier` the newest version again.

    `seen` is the key of the version that was the newest when the person decided; raises NotNewest if it is not now.
    """
    with storing.alone():
        newest_now = newest(earlier)
        if newest_now.pk != seen:
            raise NotNewest(newest_now)
        made = _next(newest_now, earlier.sha256, earlier.size, actor, {"kind": "undo", "version": earlier.version})
        is_checked = earlier.state != Dataset.State.CHECKING
        if is_checked:
            for field in REPORT_FIELDS:
                setattr(made, field, getattr(earlier, field))
        with transaction.atomic():
            _save(made)
            if is_checked:
                _copy_report(earlier, made)
    if not is_checked:
        check_soon(made)
    return made


def _next(base: Dataset, sha256: str, size: int, actor: User, made_by: dict[str, Any]) -> Dataset:
    """The row of the next version, not saved yet; the caller holds the storage's lock."""
    newest_now = newest(base)
    if newest_now.pk != base.pk:
        raise NotNewest(newest_now)
    return Dataset(
        team=base.team,
        name=base.name,
        version=base.version + 1,
        parent=base,
        sha256=sha256,
        size=size,
        uploaded_by=actor,
        made_by=made_by,
    )


def _save(made: Dataset) -> None:
    with transaction.atomic():
        made.save()
        detail = {key: value for key, value in made.made_by.items() if key in ("line", "version")}
        audit.record(made.team, made.uploaded_by, f"dataset.{made.made_by['kind']}", str(made), **detail)


def _copy_report(source: Dataset, target: Dataset) -> None:
    """Copy what the report keeps beside the dataset's row."""
    starts = Lines.objects.filter(dataset=source).values_list("starts", flat=True).first()
    if starts is not None:
        Lines.objects.create(dataset=target, starts=starts)
    read = Reading.objects.filter(dataset=source).values(*READING_FIELDS).first()
    if read is not None:
        Reading.objects.create(dataset=target, **read)
    copies = []
    for issue in source.issues.all().iterator():
        issue.pk, issue.dataset = None, target
        copies.append(issue)
    Issue.objects.bulk_create(copies, batch_size=COPIED_AT_ONCE)
