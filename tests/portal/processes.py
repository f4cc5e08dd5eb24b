"""Which processes there are, from /proc."""

from __future__ import annotations

from pathlib import Path


def descendants(pid: int) -> set[tuple[int, str]]:
    """All processes below `pid`, each with its start time, so that a reused number is another process."""
    children: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        if fields := _fields(stat):
            children.setdefault(int(fields[1]), []).append((int(stat.parent.name), fields[19]))
    found: set[tuple[int, str]] = set()
    todo = [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found.update(below)
        todo += [child for child, _ in below]
    return found


def alive(processes: set[tuple[int, str]]) -> set[tuple[int, str]]:
    """Those that still run (a zombie does not)."""
    return {(pid, start) for pid, start in processes if _runs(pid, start)}


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _runs(pid: int, start: str) -> bool:
    fields = _fields(Path(f"/proc/{pid}/stat"))
    return bool(fields) and fields[19] == start and fields[0] != "Z"


def _fields(stat: Path) -> list[str]:
    """The fields after the name, which may hold blanks: state, parent, …, start time at 19."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []
