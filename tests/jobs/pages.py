"""Reading pages in tests: what elements and attributes they really have."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Protocol

from jobs.models import Job, LogLine

HTMX = {"HX-Request": "true"}
INLINE = {"a", "b", "bdi", "code", "time", "svg", "use", "path"}


class Answer(Protocol):
    """The answer of a view, or of Django's test client."""

    @property
    def content(self) -> bytes: ...


class Page(HTMLParser):
    """The elements of an answer as (tag, attributes), and its text."""

    def __init__(self, response: Answer) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in INLINE:
            self._texts.append(" ")

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    @property
    def text(self) -> str:
        """All of it with single spaces, without the isolates around names."""
        return " ".join("".join(self._texts).replace("\u2068", "").replace("\u2069", "").split())

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.elements if "id" in attrs]

    def by_id(self, wanted: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.elements if attrs.get("id") == wanted)

    def classes(self, wanted: str) -> list[str]:
        """The classes of the element with this id."""
        return (self.by_id(wanted).get("class") or "").split()

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def links(self) -> list[str | None]:
        return [a.get("href") for a in self.all("a")]


def job_url(job: Job, rest: str = "") -> str:
    """The address of a job's page, or of what is under it."""
    return f"/t/lab/jobs/{job.pk}/{rest}"


def write_log(job: Job, lines: int) -> None:
    LogLine.objects.bulk_create(LogLine(job=job, number=n, text=f"line {n}.") for n in range(1, lines + 1))
    Job.objects.filter(pk=job.pk).update(log_total=lines)
