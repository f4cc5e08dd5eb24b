"""`make bench`: run the benchmarks (all, or those named) and say of each figure whether it reaches its bar.

A benchmark is a module here with a function `run() -> Iterable[Figure]`. It measures the two sides of a ratio in the
same run, since the machine is never the same twice.
"""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import benchmarks
from benchmarks.figures import Figure

HELPERS = {"__main__", "django_settings", "figures", "sample_file"}


def main(names: list[str]) -> int:
    """Status 1 if a figure is short of its bar, 2 for a name that nobody knows."""
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in HELPERS]
    if unknown := set(names) - set(known):
        sys.stderr.write(f"No benchmark {', '.join(sorted(unknown))}. There are: {', '.join(known)}.\n")
        return 2
    short = False
    for name in names or known:
        for figure in import_module(f"benchmarks.{name}").run():
            print(_line(name, figure), flush=True)
            short |= not figure.is_ok
    return int(short)


def _line(name: str, figure: Figure) -> str:
    verdict = "ok" if figure.is_ok else "short"
    return f"{name} {figure.name}={figure.value:.4g} bar={figure.bar:.4g} {verdict}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
