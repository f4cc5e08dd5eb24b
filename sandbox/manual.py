"""The tables of endpoints, options and faults, from the code: for `--help` and for docs/sandbox.md."""

import dataclasses
from collections.abc import Sequence

from sandbox import options
from sandbox.faults import Fault
from sandbox.routes import API, ROUTES


def tables() -> str:
    """Three Markdown tables: endpoints, options, faults."""
    endpoints = [(f"`{route.method} {API if route.needs_key else ''}{route.path}`", route.meaning) for route in ROUTES]
    settings = [
        (f"`{flag}`", default and f"`{default}`", choices, meaning)
        for flag, default, choices, meaning in options.rows()
    ]
    faults = [(f"`{item.name}`", item.metadata["meaning"]) for item in dataclasses.fields(Fault)]
    return "\n\n".join(
        [
            _table(("endpoint", "what it does"), endpoints),
            _table(("option", "default", "choices", "meaning"), settings),
            _table(("fault", "meaning"), faults),
        ]
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
