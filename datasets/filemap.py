"""The map of a file: where in it the errors and warnings are, as paths of a small SVG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 1000  # of the picture; no more ticks than that, however many issues there are


@dataclass(frozen=True)
class FileMap:
    """Path data: tall ticks are errors, short ones warnings, `here` is the line that the page shows."""

    errors: str
    warnings: str
    here: str
    spread: tuple[int, int] | None


def draw(issues: Iterable[tuple[bool, int]], lines: int, here: int | None) -> FileMap:
    """`issues` are pairs of is_error and line number."""
    errors: set[int] = set()
    warnings: set[int] = set()
    numbers: list[int] = []
    for is_error, line in issues:
        (errors if is_error else warnings).add(_x(line, lines))
        if is_error:
            numbers.append(line)
    return FileMap(
        errors="".join(f"M{x} 2V10" for x in sorted(errors)),
        warnings="".join(f"M{x} 7V10" for x in sorted(warnings)),
        here=f"M{_x(here, lines)} 0V10" if here else "",
        spread=(min(numbers), max(numbers)) if numbers else None,
    )


def _x(line: int, lines: int) -> int:
    return min(WIDTH, max(0, line - 1) * WIDTH // max(1, lines - 1))
