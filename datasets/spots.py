"""A spot: something to say about a place in a line, before it is known which line of which file that is."""

from __future__ import annotations

from typing import NamedTuple

from datasets.report import Params
from datasets.strictjson import Span


class Spot(NamedTuple):
    """A code, and where in the decoded line, if anywhere."""

    code: str
    place: Span | None = None
    params: Params = {}
