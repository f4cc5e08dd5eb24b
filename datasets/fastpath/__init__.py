"""The fast path: says of lines what the judge would say, sooner, or nothing at all.

Without this package every report is the same and takes longer: `judge_line` and `accept` may answer "not sure", and
the judge takes over. A line is accepted by `accept` with the block that it stands in, without making a Python value of
it: outside its strings it is, byte for byte, what a good line is (`dialects`, `matching`), and its strings are proved
by one parse of the whole block (`proof`). `judge_line` counts what is wrong with a single line, without the places.
"""

from __future__ import annotations

from datasets.fastpath.accepting import FORMATS, Accepted, accept
from datasets.fastpath.single import Counted, judge_line

__all__ = ["FORMATS", "Accepted", "Counted", "accept", "judge_line"]
