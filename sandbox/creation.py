"""Making a job: what a create is checked for, both quotas, and how long the job will take."""

import json
from typing import Any

from sandbox import files, judge, life
from sandbox.errors import RUNNING_QUOTA, ServiceError, existing_quota
from sandbox.finetunes import shown
from sandbox.jobs import PHRASES, Job, new_id
from sandbox.service import Caller, Service
from sandbox.web import Request, Response, answer
from sandbox.wishes import wish


def create(service: Service, caller: Caller, request: Request) -> Response:
    """Make a job, if the models, the files and both quotas allow it."""
    body = _normalised(request.json())
    _check(service, caller, body)
    waits = body.get("training_type") != PHRASES and _quota(service, caller)
    job = _made(service, caller, body, waits)
    service.save(job)
    _note(service, caller)
    brief = {"job_id": job.job_id, "status": life.status(job, service.now())}
    if service.options.create_answer == "bare":
        return Response(body=json.dumps(brief).encode(), headers=answer().headers)
    return answer(output=brief if service.options.create_answer == "brief" else shown(service, job))


def _normalised(body: dict[str, Any]) -> dict[str, Any]:
    """File ids as lists: one text is one id, null is none."""
    for name in ("training_file_ids", "validation_file_ids"):
        ids = body.get(name) or []
        body[name] = [ids] if isinstance(ids, str) else ids
        if not isinstance(body[name], list) or not all(isinstance(one, str) for one in body[name]):
            raise ServiceError("InvalidParameter", f"{name} must be a list of file ids.")
    if not isinstance(body.get("hyper_parameters") or {}, dict):
        raise ServiceError("InvalidParameter", "hyper_parameters must be an object.")
    return body


def _check(service: Service, caller: Caller, body: dict[str, Any]) -> None:
    model = body.get("model")
    if not model or not isinstance(model, str):
        raise ServiceError("InvalidParameter", "Missing model")
    if body.get("training_type") == PHRASES:
        return
    if model not in known_models(service, caller):
        raise ServiceError(service.options.unknown_model, f"Model {model} not found.")
    if not body["training_file_ids"]:
        raise ServiceError("InvalidParameter", "Missing training files")
    for file_id in body["training_file_ids"] + body["validation_file_ids"]:
        files.find(service, caller, file_id)


def known_models(service: Service, caller: Caller) -> list[str]:
    """The base models, and what the caller's finished jobs have made of them."""
    now = service.now()
    finished = [job for job in service.jobs_of(caller.identity) if life.status(job, now) == "SUCCEEDED"]
    return service.options.models.split(",") + [job.output for job in finished if not job.is_phrases]


def _trainings(service: Service, caller: Caller) -> list[Job]:
    return [job for job in service.jobs_of(caller.identity) if not job.is_phrases]


def _quota(service: Service, caller: Caller) -> bool:
    """Refuse a job that one of the quotas forbids; whether a job that is accepted has to wait."""
    now, options = service.now(), service.options
    mine = _trainings(service, caller)
    full = sum(life.is_running(job, now) for job in mine) >= options.max_running
    if full and options.second_create == "refuse":
        service.note(caller.identity, refused_running=1)
        raise ServiceError("Throttling", RUNNING_QUOTA)
    if sum(life.holds_slot(job, now) for job in mine) >= options.max_jobs:
        service.note(caller.identity, refused_existing=1)
        raise ServiceError("Throttling", existing_quota(options.max_jobs))
    return full


def _made(service: Service, caller: Caller, body: dict[str, Any], waits: bool) -> Job:
    now, options = service.now(), service.options
    job_id = new_id(now, service.number)
    while job_id in service.jobs:
        job_id = new_id(now, service.number)
    job = Job(
        job_id=job_id,
        identity=caller.identity,
        workspace=caller.workspace,
        request=body,
        created=now,
        waits_as="QUEUING" if options.second_create == "queue" else "PENDING",
        starts=None if waits else now,
    )
    _plan(service, job)
    for arming in service.armed:
        if arming.times > 0 and arming.job_name in str(body.get("job_name", "")):
            arming.times -= 1
            wish(service, job, arming.wishes)
            break
    service.armed = [arming for arming in service.armed if arming.times > 0]
    return job


def _plan(service: Service, job: Job) -> None:
    """How long the job will take and whether its files and hyper-parameters let it train."""
    if job.is_phrases:
        job.pending, job.training, job.delivering = service.seconds(1), service.seconds(1), 0.0
        return
    read = [judge.Summary(**service.files[name]["summary"]) for name in job.request["training_file_ids"]]
    summary = sum(read, judge.Summary())
    pending, training, delivering = life.durations(summary.lines, job.epochs)
    job.pending, job.training = service.seconds(pending), service.seconds(training)
    job.delivering = service.seconds(delivering)
    batch_size = judge.number(job.hyper_parameters, "batch_size", 2)
    job.steps = max(1, round(summary.lines * job.epochs / (batch_size if batch_size >= 1 else 1)))
    job.tokens = round(summary.chars * 0.4 * job.epochs)
    mixed = service.options.mixed_formats == "accept"
    code = judge.verdict(summary, job.request, min_lines=service.options.min_lines, mixed=mixed)
    if code:
        job.fail_code, job.fails_after = code, job.pending + service.seconds(2)


def _note(service: Service, caller: Caller) -> None:
    now = service.now()
    mine = _trainings(service, caller)
    service.note(
        caller.identity,
        created=1,
        most_running=sum(life.is_running(job, now) for job in mine),
        most_existing=sum(life.holds_slot(job, now) for job in mine),
    )
