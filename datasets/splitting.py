"""Splitting a dataset into training and validation data: two new datasets, the same ones for the same seed.

Each example gets a number from its question and the seed; those with the lowest are for validation. So examples with
the same question stay together, since the model would else be asked what it was trained on, and the parts do not
depend on the machine or the day. The file is read twice, in 8 bytes a line. Safe to run twice.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from django.utils import timezone

from datasets import adding, conflicts, names, storing
from datasets.claims import SPLITS, Superseded
from datasets.examples import read
from datasets.limits import MIN_EXAMPLES
from datasets.models import Dataset, Split
from datasets.storing import FileTooLarge, Incoming, StorageFull
from datasets.tasks import split_dataset
from finetune_portal.doorbell import wake
from teams.models import User

AT_ONCE = 4 * 1024 * 1024  # bytes
LARGEST_SHARE = 50  # percent

Sign = Callable[[int], None]


class TooFew(Exception):
    """A part would have fewer examples than the service takes: many of them may have the same question."""


def wanted(examples: int, share: int) -> int:
    """How many examples a share in percent is; the validation part has so many, or a few less."""
    return (examples * share + 50) // 100


def least_share(examples: int) -> int:
    """The smallest share in percent with enough examples for validation."""
    return next((share for share in range(1, LARGEST_SHARE + 1) if wanted(examples, share) >= MIN_EXAMPLES), 0)


def ask(source: Dataset, asked_by: User, *, share: int, seed: int) -> Split:
    """Split a small file right here; have a worker split a large one."""
    split = Split.objects.create(source=source, requested_by=asked_by, share=share, seed=seed)
    if source.size <= AT_ONCE:
        work(split.pk)
        split.refresh_from_db()
    else:
        wake(split_dataset, split.pk)
    return split


def work(split_id: int) -> None:
    """Do it, unless it is done or in someone else's hand."""
    split = SPLITS.claim(split_id)
    if split is not None:
        with suppress(Superseded):
            SPLITS.change(split, **_outcome(split))


def _outcome(split: Split) -> dict[str, Any]:
    """The fields that say how it ended."""
    try:
        parts = _make(split)
    except TooFew:
        outcome: dict[str, Any] = {"trouble": Split.Trouble.FEW}
    except (FileTooLarge, StorageFull):
        outcome = {"trouble": Split.Trouble.FULL}
    except FileNotFoundError:
        outcome = {"trouble": Split.Trouble.GONE}
    else:
        outcome = dict(zip(("training", "validation"), parts, strict=True))
    return outcome | {"finished_at": timezone.now()}


def _make(split: Split) -> list[Dataset]:
    assert split.source is not None
    training, validation = Incoming(), Incoming()
    try:
        limit = _limit(split.source, split.share, split.seed, sign := SPLITS.signs(split))
        for line, number, done in _numbered(split.source, split.seed):
            (validation if number < limit else training).write(line)
            sign(done)
        return [_keep(split, part, incoming) for part, incoming in (("train", training), ("validation", validation))]
    finally:
        training.discard()
        validation.discard()


def _limit(source: Dataset, share: int, seed: int, sign: Sign) -> int:
    """Below it are the numbers of the examples for validation. Raises TooFew."""
    numbers = array("Q")
    for _line, number, _done in _numbered(source, seed):
        numbers.append(number)
        sign(0)
    ordered = np.frombuffer(numbers, np.uint64)
    ordered.sort()  # in place
    limit = int(ordered[wanted(len(ordered), share)])
    for_validation = int(np.searchsorted(ordered, np.uint64(limit)))
    if min(for_validation, len(ordered) - for_validation) < MIN_EXAMPLES:
        raise TooFew
    return limit


def _numbered(source: Dataset, seed: int) -> Iterator[tuple[bytes, int, int]]:
    """Each line with its number, and how many bytes are read by then. The last line gets the newline that it lacks."""
    key, done = seed.to_bytes(8, "little"), 0
    with storing.open_file(source.path) as file:
        for line in file:
            done += len(line)
            yield line if line.endswith(b"\n") else line + b"\n", _number(line, key), done


def _number(line: bytes, key: bytes) -> int:
    said = read(line)
    question = conflicts.mark(said)[: conflicts.QUESTION] if said else line
    return int.from_bytes(hashlib.blake2b(question, digest_size=8, key=key).digest(), "little")


def _keep(split: Split, part: str, incoming: Incoming) -> Dataset:
    source = split.source
    assert source is not None
    made_by = {"kind": "split", "of": str(source), "share": split.share, "seed": split.seed, "split": split.pk}
    dataset, _is_new = adding.add(
        team=source.team,
        uploaded_by=split.requested_by,
        name=names.clean(f"{PurePosixPath(source.name).stem}-{part}.jsonl"),
        incoming=incoming,
        made_by=made_by,
    )
    return dataset
