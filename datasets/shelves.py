"""The issues of a block while it is judged: the first of each code are listed at once, the last one in the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from datasets.excerpts import excerpt
from datasets.findings import Listing, Listings
from datasets.report import Issue
from datasets.spots import Spot


class Place(NamedTuple):
    """A line, decoded, its number in its block from 1, and its offset there in bytes."""

    text: str
    line: int
    offset: int

    def issue(self, spot: Spot) -> Issue:
        """The spot as an issue of this line."""
        place = spot.place
        shown, start = excerpt(self.text, place.start if place else 0)
        return Issue(
            code=spot.code,
            line=self.line,
            column=place.start + 1 if place else None,
            end_column=place.end + 1 if place else None,
            offset=self.offset,
            params=spot.params,
            excerpt=shown,
            excerpt_column=start + 1,
        )


class Shelf:
    """Fills `listings`. `earlier` are those of what stands before the block: together they list up to `keep` a code."""

    def __init__(self, listings: Listings, earlier: Listings, keep: int) -> None:
        self.listings = listings
        self.earlier = earlier
        self.keep = keep
        self.full: set[str] = set()
        self.last: dict[str, tuple[int, Callable[[], Issue]]] = {}

    def is_full(self, code: str) -> bool:
        """Whether no more of the code are listed, but for the last."""
        if code in self.full:
            return True
        listed = sum(len(listings[code].first) for listings in (self.listings, self.earlier) if code in listings)
        if listed >= self.keep:
            self.full.add(code)
        return listed >= self.keep

    def add(self, place: Place, spot: Spot) -> None:
        """Take a spot that comes after all that are listed."""
        if self.is_full(spot.code):
            self.count(spot.code, place.line, lambda: place.issue(spot))
            return
        listing = self.listings.setdefault(spot.code, Listing())
        listing.count += 1
        listing.first.append(place.issue(spot))

    def count(self, code: str, line: int, issue: Callable[[], Issue], times: int = 1) -> None:
        """Count a code that is full. The issue of the last `line` is made in the end."""
        self.listings.setdefault(code, Listing()).count += times
        if code not in self.last or line >= self.last[code][0]:
            self.last[code] = line, issue

    def settle(self) -> None:
        """Make the last issues."""
        for code, (_, issue) in self.last.items():
            self.listings[code].last = issue()
