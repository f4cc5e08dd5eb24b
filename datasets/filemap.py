"""The map of a file: where in it the errors and warnings are, as paths of a small SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

WIDTH, HEIGHT = 1000, 10  # of the picture
LEAST, MOST = 4, 8  # of the height, for a part of the file with hardly a wrong line, or none that is right


@dataclass(frozen=True)
class FileMap:
    """Path data: tall ticks are lines with errors, all there are, the taller the more of them; short ones the warnings
    that are listed; `here` is the line that the page shows. `spread` are the first and the last line with an error."""

    errors: str
    warnings: str
    here: str
    spread: tuple[int, int] | None


def draw(error_map: Sequence[int], issues: Iterable[tuple[bool, int]], lines: int, here: int | None) -> FileMap:
    """`error_map` is the report's; `issues` are pairs of is_error and line number, of what is listed."""
    listed = list(issues)
    errors = [line for is_error, line in listed if is_error]
    warnings = {_x(line - 1, lines) for is_error, line in listed if not is_error}
    return FileMap(
        errors=_ticks(error_map, lines),
        warnings="".join(f"M{x} 8V10" for x in sorted(warnings)),
        here=f"M{_x(here - 1, lines)} 0V10" if here else "",
        spread=(min(errors), max(errors)) if errors else None,
    )


def _ticks(counts: Sequence[int], lines: int) -> str:
    parts = len(counts)
    # Line n, from 0, is in part n * parts // lines; so a part has one line more than another, or not.
    starts = [-(-part * lines // max(parts, 1)) for part in range(parts + 1)]
    shares = [count / (end - start) for count, (start, end) in zip(counts, pairwise(starts), strict=True)]
    return "".join(f"M{_x(part, parts)} {_top(share):g}V{HEIGHT}" for part, share in enumerate(shares) if share)


def _top(share: float) -> float:
    """By the root, so that a single line can be seen beside thousands."""
    return round(HEIGHT - LEAST - (MOST - LEAST) * sqrt(share), 1)


def _x(place: int, places: int) -> int:
    return min(WIDTH, max(0, place) * WIDTH // max(1, places - 1))
