"""Reads a list that comes in pages and may change while it is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from jobs.dashscope.decoding import integer, mapping

# More pages than any account can fill: a service that never ends its list must not hold us for ever.
MAX_PAGES = 1000

T = TypeVar("T")


@dataclass(slots=True)
class Reading(Generic[T]):
    """What has been read of a list so far, each item once, by its id."""

    items: dict[str, T] = field(default_factory=dict)
    total: int | None = None
    skipped: int = 0
    request_id: str = ""
    complete: bool = True

    def take(self, page: dict[str, Any], key: str, decode: Callable[[Any, str], T | None], id_of: str) -> bool:
        """Takes a page in; says whether there may be more."""
        self.request_id = page["request_id"]
        holder = page_holder(page)
        entries = holder.get(key)
        if entries is None and integer(holder.get("total")) == 0:
            entries = []
        if not isinstance(entries, list):
            self.complete = False
            return False
        total = integer(holder.get("total"))
        first_page = not self.items and not self.skipped
        if not first_page and total != self.total:
            self.complete = False
        self.total = total
        fresh = self._take_entries(entries, decode, id_of)
        seen = len(self.items) + self.skipped
        return bool(entries) and fresh and (total is None or seen < total)

    def _take_entries(self, entries: list[Any], decode: Callable[[Any, str], T | None], id_of: str) -> bool:
        fresh = False
        for entry in entries:
            item = decode(entry, self.request_id)
            if item is None:
                # One entry that names nothing could be the very one that is looked for.
                self.skipped += 1
                self.complete = False
                fresh = True
                continue
            identity = getattr(item, id_of)
            # An item met twice has moved from one page to the next, so another may have slipped past.
            self.complete = self.complete and identity not in self.items
            fresh = fresh or identity not in self.items
            self.items[identity] = item
        return fresh

    def finish(self) -> None:
        """Compares the items with the count that the service gave."""
        if self.total is not None and self.total != len(self.items):
            self.complete = False


def page_holder(page: dict[str, Any]) -> dict[str, Any]:
    """The object that holds a list and its `total`: `output` (jobs, deployments) or `data` (files)."""
    return mapping(page.get("output")) or mapping(page.get("data"))


def read_all(
    ask: Callable[[int], dict[str, Any]], key: str, decode: Callable[[Any, str], T | None], id_of: str
) -> Reading[T]:
    """All items of the list `key`, as many pages as it takes. `ask(page_no)` gets one page, from 1.

    `complete` is true only if each page named the same total, no item was met twice or unreadable, and there are as
    many items as the total says. A service that names no total is read until a page brings nothing new.
    """
    reading: Reading[T] = Reading()
    for page_no in range(1, MAX_PAGES + 1):
        if not reading.take(ask(page_no), key, decode, id_of):
            break
    else:
        reading.complete = False
    reading.finish()
    return reading
