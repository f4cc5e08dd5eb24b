"""What can go wrong between us and the fine-tuning service, told apart by what to do next.

    DashScopeError
    ├── Refused            answered: no, for good (another 4xx); the same call will never work
    │   ├── NotFound           the job, file or deployment is not there (404, or the 400 "File not found.")
    │   ├── UnsupportedState   the job's state forbids the call (`UnsupportedOperation`)
    │   └── UploadRefused      a file that came back in `failed_uploads` inside a 200
    ├── AccountTrouble     answered: no, until an administrator acts
    │   ├── KeyRefused         401, 403: the key or the workspace
    │   └── MoneyTrouble       unpaid, not purchased, overdue
    ├── NotNow             answered: not yet (429); nothing was made, ask again later
    │   ├── QuotaFull          a quota of jobs: see `kind` and `limit`
    │   └── TooFast            called too often
    ├── Unreachable        never sent: DNS, connect, TLS, proxy
    ├── UnknownOutcome     sent, but what became of it is not known (unsafe calls only)
    └── ServiceDown        a safe call (GET) got no answer that can be used, in all its tries

Every message is bounded in length and redacted before it gets here. Nothing in this tree holds the request, since the
request carries the key.
"""

from typing import Literal

Outcome = Literal["not_made", "unknown"]
QuotaKind = Literal["running", "existing", "unknown"]


class DashScopeError(Exception):
    """The root.

    `status` is the HTTP status (None without an answer), `code` the service's own word ("" without one),
    `request_id` what the vendor's support asks for ("" if none came), `retry_after` seconds that the service
    asked us to wait (None if it did not say). `outcome` tells whether an unsafe call may have had its effect.
    """

    outcome: Outcome = "not_made"

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        facts = [str(self.status) if self.status else "", self.code, self.request_id and f"request {self.request_id}"]
        noted = ", ".join(fact for fact in facts if fact)
        return f"{self.message} ({noted})" if noted else self.message


class Refused(DashScopeError):
    """The service understood the call and said no, for good."""


class NotFound(Refused):
    """The service does not know what the call named."""


class UnsupportedState(Refused):
    """The job's state forbids it: cancel of a finished job, delete of one in training."""


class UploadRefused(Refused):
    """A file was not taken; `code` and `message` are the file's own."""

    @property
    def storage_full(self) -> bool:
        """Whether the account's space for files is used up, so that the file itself is not to blame."""
        return self.message.startswith("Out of ")


class AccountTrouble(DashScopeError):
    """No waiting helps: an administrator must act on the account."""


class KeyRefused(AccountTrouble):
    """The key or the workspace is not accepted (a key is valid in its own region only)."""


class MoneyTrouble(AccountTrouble):
    """The account has not paid, or not bought, what the call needs."""


class NotNow(DashScopeError):
    """Nothing was made; the same call may work later."""


class QuotaFull(NotNow):
    """A quota of jobs is used up.

    `kind` is "running" (jobs that run), "existing" (jobs that hold a slot) or "unknown"; `limit` is the number that
    the service's message names, None if it names none.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: QuotaKind = "unknown",
        limit: int | None = None,
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, status=status, code=code, request_id=request_id, retry_after=retry_after)
        self.kind = kind
        self.limit = limit


class TooFast(NotNow):
    """Calls come too often."""


class Unreachable(DashScopeError):
    """Not a byte of the request was sent."""


class UnknownOutcome(DashScopeError):
    """The request was sent, or may have been, and no answer says what became of it: look before sending it again."""

    outcome: Outcome = "unknown"


class ServiceDown(DashScopeError):
    """A safe call failed in all its tries; it changes nothing, so it may be made again at any time."""
