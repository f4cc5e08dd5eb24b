"""Faults on demand: late, refused, unreadable and lost answers, by share, on some calls only, for a number of times."""

import dataclasses
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import ServiceError
from sandbox.web import Response, refusal

HTML = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>"


@dataclass(kw_only=True)
class Fault:
    """One rule. Shares are 0 to 1, drawn anew for each call; the shares of one rule exclude each other."""

    latency: float = field(default=0.0, metadata={"meaning": "seconds to wait before the work"})
    latency_after: float = field(default=0.0, metadata={"meaning": "seconds to wait between the work and its answer"})
    error_500: float = field(default=0.0, metadata={"meaning": "share answered 500 InternalError"})
    error_503: float = field(default=0.0, metadata={"meaning": "share answered 503"})
    throttle: float = field(default=0.0, metadata={"meaning": "share answered 429 Throttling.RateQuota"})
    html: float = field(default=0.0, metadata={"meaning": "share answered with a gateway's HTML page"})
    cut_before: float = field(default=0.0, metadata={"meaning": "share cut before the work is done"})
    cut_after: float = field(default=0.0, metadata={"meaning": "share cut after the work is done: its answer is lost"})
    cut_half: float = field(default=0.0, metadata={"meaning": "share whose answer is cut in its middle"})
    after: bool = field(default=False, metadata={"meaning": "500, 503, 429 and HTML come after the work was done"})
    html_status: int = field(default=502, metadata={"meaning": "status of the HTML page"})
    retry_after: str = field(default="", metadata={"meaning": "Retry-After of 429 and 503, as it is"})
    only: str = field(default="", metadata={"meaning": "calls it is for: a regular expression on METHOD /path"})
    times: int = field(default=0, metadata={"meaning": "how often it strikes before it goes away; 0: no end"})
    seed: int | None = field(default=None, metadata={"meaning": "makes the draws the same each time"})

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 nothing secret is drawn
        self.struck = 0

    def draw(self) -> str:
        """Which of its shares strikes this call, "" for none."""
        point = self.rng.random()
        for name in ("error_500", "error_503", "throttle", "html", "cut_before", "cut_after", "cut_half"):
            share = float(getattr(self, name))
            if point < share:
                return name
            point -= share
        return ""

    def answer(self, kind: str) -> Response:
        """The answer of a share that answers instead of the service."""
        if kind == "html":
            return Response(status=self.html_status, body=HTML, content_type="text/html")
        code = {"error_500": "InternalError", "error_503": "ServiceUnavailable", "throttle": "Throttling.RateQuota"}
        response = refusal(ServiceError(code[kind]))
        if self.retry_after and kind != "error_500":
            response.headers["retry-after"] = self.retry_after
        return response


class Faults:
    """The rules in force. `sleep` is how a late answer waits: without sockets nobody has to."""

    def __init__(self, sleep: Callable[[float], object] = time.sleep) -> None:
        self.rules: list[Fault] = []
        self._sleep = sleep
        self._lock = threading.Lock()

    def set(self, rules: list[dict[str, Any]]) -> None:
        """Put these rules in place of the old ones; unknown names are refused."""
        known = {item.name for item in dataclasses.fields(Fault)}
        for rule in rules:
            if unknown := rule.keys() - known:
                raise ServiceError("InvalidParameter", f"unknown fault: {', '.join(sorted(unknown))}")
            for name, value in rule.items():
                wanted = str if name in ("only", "retry_after") else int | float
                if not isinstance(value, wanted):
                    raise ServiceError("InvalidParameter", f"{name} cannot be {value!r}")
        with self._lock:
            self.rules = [Fault(**rule) for rule in rules if rule]

    def as_list(self) -> list[dict[str, Any]]:
        return [{**dataclasses.asdict(rule), "struck": rule.struck} for rule in self.rules]

    def apply(self, call: str, work: Callable[[], Response]) -> Response:
        """Do the work of a call (`METHOD /path`) as the first rule for it demands."""
        rule, kind = self._strike(call)
        if rule is None:
            return work()
        self._sleep(rule.latency)
        if kind == "cut_before":
            return Response(cut="all")
        if kind.startswith("cut_"):
            response = work()
            response.cut = "all" if kind == "cut_after" else "half"
        elif kind:
            if rule.after:
                work()
            response = rule.answer(kind)
        else:
            response = work()
        self._sleep(rule.latency_after)
        return response

    def _strike(self, call: str) -> tuple[Fault | None, str]:
        with self._lock:
            for rule in self.rules:
                if not re.search(rule.only, call):
                    continue
                kind = rule.draw()
                if kind or rule.latency or rule.latency_after:
                    rule.struck += 1
                    if rule.struck == rule.times:
                        self.rules = [other for other in self.rules if other is not rule]
                return rule, kind
        return None, ""
