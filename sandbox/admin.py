"""Calls under /sandbox: the sandbox's own books, faults, jobs that go wrong, time, keys. No key, loopback only."""

from typing import Any

from sandbox import life
from sandbox.errors import STATUSES, ServiceError
from sandbox.jobs import Arming, Job, utc
from sandbox.service import Caller, Service, key_hash
from sandbox.web import Request, Response, answer
from sandbox.wishes import check, wish

FILE_FIELDS = ("file_id", "identity", "name", "size", "md5", "summary")


def records(service: Service, caller: Caller, request: Request) -> Response:
    """Every job ever made, and what was counted."""
    return answer(
        now=service.now(),
        jobs=[_record(service, job) for job in service.jobs.values()],
        files=[{name: file[name] for name in FILE_FIELDS} for file in service.files.values()],
        calls=dict(service.calls),
        users=service.books,
        faults=service.faults.as_list(),
    )


def _record(service: Service, job: Job) -> dict[str, Any]:
    now = service.now()
    return {
        "job_id": job.job_id,
        "user_identity": job.identity,
        "job_name": job.request.get("job_name"),
        "request": job.request,
        "status": life.status(job, now),
        "states": [[state, utc(at)] for state, at in life.moments(job) if at <= now],
        "code": job.fail_code,
        "deleted": job.deleted is not None,
        "forgotten": job.forget,
    }


def set_faults(service: Service, caller: Caller, request: Request) -> Response:
    """One rule, or `rules` with several; an empty object clears them."""
    body = request.json()
    service.faults.set(body.get("rules", [body]))
    return answer(faults=service.faults.as_list())


def job(service: Service, caller: Caller, request: Request, job_id: str) -> Response:
    found = service.jobs.get(job_id)
    if found is None:
        raise ServiceError("NotFound")
    wish(service, found, request.json())
    service.save(found)
    return answer(job=_record(service, found))


def next_job(service: Service, caller: Caller, request: Request) -> Response:
    """The same wishes for jobs to come: the next `times`, of those whose job_name holds `job_name`."""
    arm(service, request.json())
    return answer(armed=len(service.armed))


def arm(service: Service, body: dict[str, Any]) -> None:
    """Remember what is to happen to jobs to come."""
    wishes = {name: value for name, value in body.items() if name not in ("times", "job_name")}
    check(wishes)
    times, name = _number(body.get("times", 1)), str(body.get("job_name", ""))
    service.armed.append(Arming(wishes=wishes, times=int(times), job_name=name))


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise ServiceError("InvalidParameter", f"not a number: {value!r}")
    return float(value)


def clock(service: Service, caller: Caller, request: Request) -> Response:
    service.skip(_number(request.json().get("advance", 0)))
    service.settle()
    return answer(now=service.now())


def key(service: Service, caller: Caller, request: Request) -> Response:
    """What a key gets: the `identity` whose jobs it sees, or the `error` code that every call is refused with."""
    body = request.json()
    code = str(body.get("error") or "")
    if not body.get("key") or (code and code not in STATUSES):
        raise ServiceError("InvalidParameter", f"key is needed; error is one of {', '.join(STATUSES)}")
    known = {"identity": body.get("identity"), "error": code, "message": body.get("message")}
    digest = key_hash(str(body["key"]))
    service.keys[digest] = {name: str(value) for name, value in known.items() if value}
    service.store.save("key", digest, service.keys[digest])
    return answer()


def reset(service: Service, caller: Caller, request: Request) -> Response:
    """Forget everything, skipped time and faults too."""
    service.store.clear()
    service.faults.set([])
    service.restore()
    return answer()


def ready(service: Service, caller: Caller, request: Request) -> Response:
    return answer(ready=True)
