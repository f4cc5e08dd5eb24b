"""The map of a file: where in it the errors and warnings are, as paths of a small SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

WIDTH, HEIGHT = 1000, 10  # of the picture
LEAST = 4  # of the height, for a place with a single line that is wrong


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
        errors=_ticks(error_map),
        warnings="".join(f"M{x} 8V10" for x in sorted(warnings)),
        here=f"M{_x(here - 1, lines)} 0V10" if here else "",
        spread=(min(errors), max(errors)) if errors else None,
    )


def _ticks(counts: Sequence[int]) -> str:
    most = max(counts, default=0)
    places = enumerate(counts)
    return "".join(f"M{_x(part, len(counts))} {_top(count, most):g}V{HEIGHT}" for part, count in places if count)


def _top(count: int, most: int) -> float:
    """By the root, so that a single line can be seen beside thousands."""
    height = LEAST + (HEIGHT - LEAST) * sqrt((count - 1) / (most - 1)) if most > 1 else HEIGHT - 2
    return round(HEIGHT - height, 1)


def _x(place: int, places: int) -> int:
    return min(WIDTH, max(0, place) * WIDTH // max(1, places - 1))
