"""Makes calls: one session with a pool, a total deadline, retries of safe calls only, one log line a try."""

import ipaddress
import logging
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase
from requests.cookies import RequestsCookieJar
from requests.structures import CaseInsensitiveDict
from requests.utils import get_environ_proxies
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from jobs.dashscope import answers, errors
from jobs.dashscope.answers import Answer
from jobs.dashscope.redaction import Secret, bounded, redact
from jobs.dashscope.retries import LONGEST_RETRY_AFTER, backoff
from jobs.dashscope.transport import CONNECT_TIMEOUT, Exchange, Stage, WatchedAdapter, current_exchange

logger = logging.getLogger(__name__)

MAX_BODY = 64 * 1024 * 1024
# The first try of a safe call and three more.
TRIES = 4
_HEADERS = ("x-request-id", "Retry-After", "retry-after-ms")


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask. `path` starts with a slash and is quoted; a call is safe if it changes nothing."""

    method: str
    path: str
    params: dict[str, str | int] = field(default_factory=dict)
    body: Any = None
    content_type: str = ""

    @property
    def safe(self) -> bool:
        return self.method == "GET"


class _Bearer(AuthBase):
    """Puts the key into a request at the last moment, and keeps requests from looking for another one in .netrc."""

    def __init__(self, key: Secret) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key.reveal()}"
        return request


def checked_base(url: str) -> str:
    """`url` without its trailing slash; ValueError unless it is https, or http on loopback, and nothing but a place."""
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("The service's address is a plain https URL without a user, a query or a fragment.")
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("The service's address must be https: http would show the key (it is allowed on loopback).")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine: `localhost`, 127.0.0.0/8 or ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def new_session(base: str) -> requests.Session:
    """A session that takes nothing from the environment but proxies (never for loopback) and the CA bundle."""
    session = requests.Session()
    session.trust_env = False
    adapter = WatchedAdapter()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    if not is_loopback(urlsplit(base).hostname or ""):
        session.proxies.update(get_environ_proxies(base))
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    return session


class Caller:
    """Sends calls to one service with one key."""

    def __init__(
        self,
        base: str,
        key: Secret,
        *,
        workspace: str = "",
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if workspace and not re.fullmatch(r"[!-~]{1,200}", workspace):
            raise ValueError("A workspace id is printable ASCII without spaces.")
        self.base = checked_base(base)
        self._key = key
        self._auth = _Bearer(key)
        self._sleep = sleep
        self._owned = session is None
        self._session = session or new_session(self.base)
        _check_never_resends(self._session, self.base)
        self._headers = {"Accept": "application/json", "User-Agent": "finetune-portal"}
        if workspace:
            self._headers["X-DashScope-WorkSpace"] = workspace

    def close(self) -> None:
        """Closes the pool, unless the session was handed in."""
        if self._owned:
            self._session.close()

    def ask(self, call: Call, *, until: float) -> dict[str, Any]:
        """The service's JSON object, by `until` (`time.monotonic()` seconds), retries and their waits included."""
        tries = 0
        while True:
            tries += 1
            try:
                return self._try(call, until)
            except errors.DashScopeError as error:
                failure = error
            if not call.safe:
                raise failure
            wait = _wait_before_retry(failure, tries)
            if wait is None or time.monotonic() + wait >= until:
                raise _of_safe_call(failure)
            self._sleep(wait)

    def _try(self, call: Call, until: float) -> dict[str, Any]:
        started = time.monotonic()
        status: int | str = "no answer"
        request_id = ""
        try:
            answer = self._exchange(call, Exchange(until, fresh=not call.safe))
            status, request_id = answer.status, answer.headers.get("x-request-id", "")
            value = answers.read(answer)
            request_id = answers.request_id_of(answer, value)
            return {**value, "request_id": request_id}
        except errors.DashScopeError as error:
            status, request_id = error.status or type(error).__name__, error.request_id
            raise
        finally:
            level = logging.DEBUG if call.safe and status == 200 else logging.INFO
            spent = (time.monotonic() - started) * 1000
            logger.log(
                level, "%s %s: %s in %.0f ms (request %s)", call.method, redact(call.path), status, spent, request_id
            )

    def _exchange(self, call: Call, exchange: Exchange) -> Answer:
        token = current_exchange.set(exchange)
        try:
            with self._session.request(
                call.method,
                self.base + call.path,
                params=call.params or None,
                data=call.body,
                headers=self._headers | ({"Content-Type": call.content_type} if call.content_type else {}),
                auth=self._auth,
                timeout=(min(CONNECT_TIMEOUT, exchange.left()), exchange.patience()),
                allow_redirects=False,
                stream=True,
            ) as response:
                return Answer(
                    response.status_code, self._shown(response.headers), self._key.hide(_read(response, exchange))
                )
        except (requests.RequestException, HTTPError, OSError) as error:
            failure = _failure(error, exchange)
        finally:
            current_exchange.reset(token)
            # The service has no use for cookies, and a gateway's could pin us to a dead server.
            self._session.cookies = RequestsCookieJar()
        # Raised out here so that it has no context: requests' exceptions carry the request, and that the key.
        raise failure

    def _shown(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """The few headers that are read, the key hidden in them."""
        raw = {name: headers.get(name, "").encode("latin-1", "replace") for name in _HEADERS}
        return CaseInsensitiveDict({name: self._key.hide(value).decode("latin-1") for name, value in raw.items()})


def _read(response: requests.Response, exchange: Exchange) -> bytes:
    """The whole body, decompressed; it may neither outgrow `MAX_BODY` nor outlast the deadline."""
    body = bytearray()
    for piece in response.iter_content(65_536):
        body += piece
        exchange.left()
        if len(body) > MAX_BODY:
            raise OSError(f"the answer is larger than {MAX_BODY} bytes")
    return bytes(body)


def _failure(error: Exception, exchange: Exchange) -> errors.DashScopeError:
    """The error that a call without an answer means: whether it was sent is what decides."""
    cause = _root(error)
    words = bounded(f"{type(cause).__name__}: {cause}")
    if exchange.stage is Stage.CONNECTING or (exchange.stage is Stage.STARTED and _never_connected(error)):
        return errors.Unreachable(f"no connection to the service: {words}")
    return errors.UnknownOutcome(f"no answer from the service: {words}")


def _never_connected(error: Exception) -> bool:
    """Whether the exception itself proves it, for a session with an adapter of its own, which keeps no record.

    Those that are a ValueError as well come before any connection (a proxy's address that makes no sense).
    """
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(error, requests.ConnectTimeout | ValueError) or isinstance(
        reason, NewConnectionError | ConnectTimeoutError
    )


def _root(error: BaseException) -> BaseException:
    """The innermost reason: the outer ones repeat the URL and say less."""
    for _ in range(10):
        inner = [getattr(error, "reason", None), *reversed(error.args), error.__cause__]
        nested = next((part for part in inner if isinstance(part, BaseException)), None)
        if nested is None:
            break
        error = nested
    return error


def _wait_before_retry(failure: errors.DashScopeError, tries: int) -> float | None:
    """Seconds until the next try of a safe call, None if there is to be none."""
    if tries >= TRIES or not isinstance(failure, errors.UnknownOutcome | errors.Unreachable | errors.TooFast):
        return None
    asked = failure.retry_after or 0.0
    return None if asked > LONGEST_RETRY_AFTER else max(asked, backoff(tries))


def _of_safe_call(failure: errors.DashScopeError) -> errors.DashScopeError:
    if not isinstance(failure, errors.UnknownOutcome):
        return failure
    return errors.ServiceDown(
        failure.message,
        status=failure.status,
        code=failure.code,
        request_id=failure.request_id,
        retry_after=failure.retry_after,
    )


def _check_never_resends(session: requests.Session, base: str) -> None:
    retries = getattr(session.get_adapter(base + "/"), "max_retries", None)
    if retries is not None and (retries.total or 0) > 0:
        raise ValueError("The session's adapter retries by itself: a create could be sent twice.")


def unreadable(what: str, call: Call, request_id: str) -> errors.DashScopeError:
    """The error that an answer without the one thing that it must hold means."""
    kind = errors.ServiceDown if call.safe else errors.UnknownOutcome
    return kind(f"the service's answer holds no {what}", status=200, request_id=request_id)
