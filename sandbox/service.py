"""What all calls share: the stored state, the clock, the faults, who calls."""

import dataclasses
import hashlib
import random
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox import life
from sandbox.errors import ServiceError
from sandbox.faults import Faults
from sandbox.jobs import Arming, Job
from sandbox.options import Options
from sandbox.store import Store
from sandbox.web import Request


@dataclass(frozen=True)
class Caller:
    """Who calls. The key itself is nowhere kept, only its hash."""

    identity: str
    workspace: str


class Service:
    """The service in one process.

    `state` is a file that survives the process (None: nothing does), `clock` gives seconds since 1970, `pause` is how
    a stream waits and how a late answer sleeps; further keywords are Options.
    """

    def __init__(
        self,
        state: Path | str | None = None,
        *,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], object] | None = None,
        options: Options | None = None,
        **changes: Any,
    ) -> None:
        self.options = dataclasses.replace(options or Options(), **changes)
        self.store = Store(Path(state) if state is not None else None)
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.pause = pause or self.stopping.wait
        self.faults = Faults(self.pause)
        self._clock = clock
        self._rng = random.Random()  # noqa: S311 ids need only differ
        self.restore()

    def restore(self) -> None:
        """Take up what the store holds; counts of calls begin anew."""
        self.skipped = float(self.store.load("meta").get("skipped", 0.0))
        self.jobs = {name: Job(**data) for name, data in self.store.load("job").items()}
        self.files: dict[str, dict[str, Any]] = self.store.load("file")
        self.deployments: dict[str, dict[str, Any]] = self.store.load("deployment")
        self.keys: dict[str, dict[str, str]] = self.store.load("key")
        self.books: dict[str, dict[str, int]] = self.store.load("books")
        self.armed: list[Arming] = []
        self.calls: Counter[str] = Counter()
        self._recent: dict[str, deque[float]] = defaultdict(deque)

    def now(self) -> float:
        """The sandbox's time: the clock's, and what an admin call has skipped."""
        return self._clock() + self.skipped

    def skip(self, seconds: float) -> None:
        """Put the clock forward, for good."""
        self.skipped += seconds
        self.store.save("meta", "skipped", self.skipped)

    def seconds(self, of_life: float) -> float:
        """A duration of the real service as one of this sandbox."""
        return of_life / self.options.time_scale

    def number(self, below: int) -> int:
        """A random number for ids."""
        return self._rng.randrange(below)

    def caller(self, request: Request) -> Caller:
        """Who a key belongs to; refused keys and too many calls end here."""
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip().startswith("sk-"):
            raise ServiceError("InvalidApiKey")
        digest = key_hash(key.strip())
        known = self.keys.get(digest, {})
        if known.get("error"):
            raise ServiceError(known["error"], known.get("message") or None)
        identity = known.get("identity") or f"{int(digest[:12], 16) % 10**16:016d}"
        self._count_rate(identity)
        return Caller(identity, request.headers.get("x-dashscope-workspace") or f"llm-{digest[:12]}")

    def _count_rate(self, identity: str) -> None:
        if not self.options.rate_limit:
            return
        recent, now = self._recent[identity], self.now()
        while recent and recent[0] <= now - 1:
            recent.popleft()
        if len(recent) >= self.options.rate_limit:
            raise ServiceError("Throttling.RateQuota")
        recent.append(now)

    def jobs_of(self, identity: str) -> list[Job]:
        """The jobs of a user that are not deleted, oldest first."""
        return [job for job in self.jobs.values() if job.identity == identity and job.deleted is None]

    def save(self, job: Job) -> None:
        self.jobs[job.job_id] = job
        self.store.save("job", job.job_id, job.as_dict())

    def settle(self) -> None:
        """Give waiting jobs the places that came free since the last call."""
        now = self.now()
        for identity in {
            job.identity for job in self.jobs.values() if job.deleted is None and life.is_waiting(job, now)
        }:
            for job in life.admit(self.jobs_of(identity), now, self.options.max_running):
                self.save(job)

    def note(self, identity: str, **counts: int) -> None:
        """Write into the sandbox's own books: `most_…` keeps the highest number, anything else adds up."""
        book = self.books.setdefault(identity, {})
        for name, count in counts.items():
            book[name] = max(book.get(name, 0), count) if name.startswith("most_") else book.get(name, 0) + count
        self.store.save("books", identity, book)

    def close(self) -> None:
        self.stopping.set()
        with self.lock:
            self.store.close()


def key_hash(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(b"sandbox:" + key.encode()).hexdigest()
