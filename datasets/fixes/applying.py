"""Fixes over a dataset: what they would change, or the next version. Small files at once, large ones by a worker.

A worker's run is claimed (`datasets.claims`), and running it twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec
from django.utils import timezone

from datasets import revising, storing
from datasets.claims import FIXINGS, Superseded
from datasets.fixes.pipeline import Outcome, run
from datasets.limits import configured
from datasets.models import Dataset, Fixing
from datasets.storing import FileTooLarge, Incoming, StorageFull
from datasets.tasks import CHECKED_AT_ONCE, fix_dataset
from finetune_portal.doorbell import wake
from teams.models import User

BLOCK = 1024 * 1024

Tick = Callable[[int], None]


def _untold(_done: int) -> None:
    return None


class ChangesNothing(Exception):
    """The fixes leave the file as it is."""


def is_small(dataset: Dataset) -> bool:
    """Small enough to be fixed while the browser waits."""
    return dataset.size <= CHECKED_AT_ONCE


def preview(dataset: Dataset, chosen: Sequence[str], tick: Tick = _untold) -> Outcome:
    """What the fixes would change. `tick` is told how many bytes are read. Raises FileNotFoundError."""
    return run(_blocks(dataset, tick), chosen, configured(), _nowhere, _nowhere)


def apply(
    dataset: Dataset, chosen: Sequence[str], *, actor: User, tick: Tick = _untold, fixing: int | None = None
) -> Dataset:
    """Make the next version by the fixes.

    Raises ChangesNothing, revising.NotNewest, FileTooLarge, StorageFull and FileNotFoundError.
    """
    incoming, aside = Incoming(), Incoming()
    try:
        outcome = run(_blocks(dataset, tick), chosen, configured(), incoming.write, aside.write)
        if incoming.sha256 == dataset.sha256:
            raise ChangesNothing
        made_by: dict[str, Any] = {"kind": "fixes", "fixes": _counts(chosen, outcome)}
        if outcome.dropped_bad:
            made_by["aside_lines"] = outcome.dropped_bad
        if fixing is not None:
            made_by["fixing"] = fixing
        return revising.keep(dataset, incoming, actor=actor, made_by=made_by, aside=aside)
    finally:
        incoming.discard()
        aside.discard()


def ask(dataset: Dataset, chosen: Sequence[str], *, actor: User, is_preview: bool) -> Fixing:
    """Have a worker do it."""
    fixing = Fixing.objects.create(dataset=dataset, fixes=list(chosen), is_preview=is_preview, requested_by=actor)
    wake(fix_dataset, fixing.pk)
    return fixing


def work(fixing_id: int) -> None:
    """What a worker does with a `Fixing`, unless it is done or in someone else's hand."""
    fixing = FIXINGS.claim(fixing_id)
    if fixing is not None:
        with suppress(Superseded):
            FIXINGS.change(fixing, finished_at=timezone.now(), **_result(fixing))


def _result(fixing: Fixing) -> dict[str, Any]:
    """The fields that say how it ended."""
    dataset, tick = fixing.dataset, FIXINGS.signs(fixing)
    try:
        if fixing.is_preview:
            return {"outcome": msgspec.to_builtins(preview(dataset, fixing.fixes, tick)), "done_bytes": dataset.size}
        made = apply(dataset, fixing.fixes, actor=fixing.requested_by, tick=tick, fixing=fixing.pk)
    except ChangesNothing:
        return {"trouble": Fixing.Trouble.NOTHING}
    except revising.NotNewest as late:
        if late.newest.made_by.get("fixing") != fixing.pk:
            return {"trouble": Fixing.Trouble.LATE}
        made = late.newest  # by an earlier run of this one, which was killed before it could say so
    except FileTooLarge:
        return {"trouble": Fixing.Trouble.LARGE}
    except StorageFull:
        return {"trouble": Fixing.Trouble.FULL}
    except FileNotFoundError:
        return {"trouble": Fixing.Trouble.GONE}
    return {"result": made, "done_bytes": dataset.size}


def _blocks(dataset: Dataset, tick: Tick) -> Iterator[bytes]:
    done = 0
    with storing.open_file(dataset.path) as file:
        while block := file.read(BLOCK):
            yield block
            done += len(block)
            tick(done)


def _counts(chosen: Sequence[str], outcome: Outcome) -> dict[str, int]:
    """How many lines each fix touched; those of the whole file count for one. A fix that did nothing is left out."""
    counts = {key: outcome.by_fix.get(key, 0) for key in chosen}
    return {key: count or 1 for key, count in counts.items() if count or key in ("utf16", "to_lines")}


def _nowhere(_data: bytes) -> None:
    return None
