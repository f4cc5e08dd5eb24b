"""What a job's log says of its progress. Steps are Python's repr of a dict, as the trainer prints them; they are read
by pattern and never evaluated, and other keys come and go."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

_PAIR = re.compile(r"'(epoch|loss|eval_loss|learning_rate)': (-?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|nan|inf))(?=[,}])")
_STEP = re.compile(r"^\s*\{'.*\}\s*$")


@dataclass
class Progress:
    """The newest finite values: `epoch` counts epochs done (1.29 of 3), losses as logged; None before the first."""

    epoch: float | None = None
    loss: float | None = None
    eval_loss: float | None = None

    def read(self, lines: Iterable[str]) -> None:
        """Take in lines, oldest first."""
        for line in lines:
            for key, value in step_values(line).items():
                if key in ("epoch", "loss", "eval_loss") and math.isfinite(value):
                    setattr(self, key, value)


def step_values(line: str) -> dict[str, float]:
    """The numbers of a step line (nan and inf too), empty for any other line."""
    if not _STEP.match(line):
        return {}
    return {key: float(value) for key, value in _PAIR.findall(line)}
