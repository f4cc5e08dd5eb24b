"""Reads one answer: the JSON object of a success, or the error that it means.

The rules are the service's: an error is `{"code", "message", "request_id"}`, a 200 with a `code` is one as well, and
what a gateway says in HTML or plain text is no word of the service, so it proves nothing about a call that was sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jobs.dashscope import errors
from jobs.dashscope.decoding import integer, parse, text
from jobs.dashscope.redaction import bounded
from jobs.dashscope.retries import retry_after

_MONEY = {"Arrearage", "CommodityNotPurchased", "PrepaidBillOverdue", "PostpaidBillOverdue"}
_ACCOUNT = {"WorkSpaceNotFound", "WorkspaceNotFound", "InvalidApiKey"}
# What a code means when the status is 200 and cannot say it.
_STATUS_OF_CODE = (
    (re.compile(r"Throttling|LimitRequests"), 429),
    (re.compile(r"InvalidApiKey"), 401),
    (re.compile(r"AccessDenied|Workspace\.AccessDenied|Model\.AccessDenied"), 403),
    (re.compile(r"\w*NotFound"), 404),
    (re.compile(r"Conflict"), 409),
    (re.compile(r"Invalid|UnsupportedOperation|BadRequest"), 400),
)
_THING_NOT_FOUND = re.compile(
    r"\b(file|job|fine-?tunes?|deployment)\b.*\b(not found|not exists?|no longer exists)\b", re.I
)
_QUOTA = re.compile(
    r"\bjobs?\b.*\b(allowed|quota|limit|exceed\w*)\b|\b(quota|limit)\b.*\bjobs?\b|too many\b.*\bjobs?\b", re.I
)
_SPEED = re.compile(r"\b(rate|requests|qps|frequen\w*)\b", re.I)
_SPEED_CODE = re.compile(r"Throttling\.|LimitRequests")
_QUOTA_LIMIT = re.compile(r"\bonly\s+(\d{1,9})\b", re.I)
_REQUEST_ID = re.compile(r"[\w.:-]{1,128}")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came, the key already hidden in `body`. The names in `headers` ignore case."""

    status: int
    headers: Mapping[str, str]
    # A body can hold signed links, and a repr ends up in the reports of error trackers.
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer taken apart."""

    status: int
    code: str
    message: str
    request_id: str
    retry_after: float | None
    ours: bool  # the service's own shape of an error, not a gateway's

    def error(self, kind: type[errors.DashScopeError], message: str = "") -> errors.DashScopeError:
        words = message or self.message or f"the service answered {self.status}"
        return kind(
            bounded(words),
            status=self.status,
            code=self.code,
            request_id=self.request_id,
            retry_after=self.retry_after,
        )


def request_id_of(answer: Answer, value: Any) -> str:
    """The id of the request: from the body, else from the header; "" if neither looks like one."""
    body_id = text(value.get("request_id")) if isinstance(value, dict) else ""
    for candidate in (body_id, answer.headers.get("x-request-id", "").strip()):
        if _REQUEST_ID.fullmatch(candidate):
            return bounded(candidate)
    return ""


def read(answer: Answer) -> dict[str, Any]:
    """The JSON object of a success; raises the error that anything else means.

    What does not say what became of the request is `UnknownOutcome`, of safe calls too: the caller knows better.
    """
    outcome = _outcome(answer)
    if isinstance(outcome, errors.DashScopeError):
        raise outcome
    return outcome


def _outcome(answer: Answer) -> dict[str, Any] | errors.DashScopeError:
    # Returned, not raised: this frame holds the raw body, and the frames of an error's traceback get shown.
    try:
        value = parse(answer.body)
    except ValueError:
        value = None
    said = _take_apart(answer, value)
    if not 200 <= answer.status < 300 or said.code:
        return _judge(said)
    if isinstance(value, dict):
        return value
    if answer.status == 204:
        return {}
    return said.error(errors.UnknownOutcome, "the service answered with something that is not a JSON object")


def _take_apart(answer: Answer, value: Any) -> _Said:
    raw = value if isinstance(value, dict) else {}
    # A 0 is no code: the vendor's own SDK asks for a true value.
    code, message = text(raw.get("code") or ""), text(raw.get("message"))
    return _Said(
        status=answer.status,
        code=bounded(code),
        message=bounded(message),
        request_id=request_id_of(answer, value),
        retry_after=retry_after(answer.headers),
        ours=bool(code or message),
    )


def _judge(said: _Said) -> errors.DashScopeError:
    status = _meant_status(said)
    if said.code in _MONEY:
        return said.error(errors.MoneyTrouble)
    if status in {401, 403} or said.code in _ACCOUNT:
        return said.error(errors.KeyRefused)
    if status == 429:
        return _not_now(said)
    if status == 413:
        return said.error(errors.Refused)
    # A gateway's 404 must never be taken for "this job is gone".
    if not said.ours or status == 408 or not 400 <= status < 500:
        return said.error(errors.UnknownOutcome)
    return said.error(_refusal(said, status))


def _meant_status(said: _Said) -> int:
    if said.status >= 300:
        return said.status
    return next((status for pattern, status in _STATUS_OF_CODE if pattern.match(said.code)), said.status)


def _refusal(said: _Said, status: int) -> type[errors.Refused]:
    if said.code == "UnsupportedOperation":
        return errors.UnsupportedState
    if (status == 404 and said.code == "NotFound") or _THING_NOT_FOUND.search(said.message):
        return errors.NotFound
    return errors.Refused


def _not_now(said: _Said) -> errors.DashScopeError:
    """A quota of jobs or a limit of speed: both can come as `Throttling`, only the message tells them apart."""
    about_speed = _SPEED_CODE.match(said.code) or _SPEED.search(said.message)
    if about_speed or not _QUOTA.search(said.message):
        return said.error(errors.TooFast)
    words = said.message.lower()
    kind: errors.QuotaKind = (
        "existing" if re.search("succeeded|exist", words) else "running" if "running" in words else "unknown"
    )
    limit = _QUOTA_LIMIT.search(words)
    return errors.QuotaFull(
        said.message,
        kind=kind,
        limit=integer(limit[1]) if limit else None,
        status=said.status,
        code=said.code,
        request_id=said.request_id,
        retry_after=said.retry_after,
    )
