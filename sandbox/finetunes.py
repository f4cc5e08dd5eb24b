"""The calls on fine-tune jobs that exist."""

from typing import Any

from sandbox import judge, life, logs
from sandbox.errors import ServiceError
from sandbox.jobs import Job, iso_stamp, stamp
from sandbox.service import Caller, Service
from sandbox.web import Request, Response, answer, page

CANCELING_SECONDS = 3.0
NOT_DELETABLE = "The fine-tune job can not be deleted because it is succeeded,failed or canceled"


def find(service: Service, caller: Caller, job_id: str) -> Job:
    """A job of the caller's that is not deleted."""
    job = service.jobs.get(job_id)
    if job is None or job.identity != caller.identity or job.deleted is not None or job.forget == "all":
        raise ServiceError("NotFound")
    return job


def shown(service: Service, job: Job) -> dict[str, Any]:
    """A job as the service shows it in its state."""
    now, options = service.now(), service.options
    state = life.status(job, now)
    named = options.job_name == "known" and job.request.get("job_name")
    fields: dict[str, Any] = {
        "job_id": job.job_id,
        "job_name": str(named or job.job_id),
        "status": job.shown_status or state,
        "model": job.request["model"],
        "base_model": _base_model(service, job),
        "training_file_ids": job.request["training_file_ids"],
        "validation_file_ids": job.request["validation_file_ids"],
        "hyper_parameters": _echoed(job, as_text=options.hyper_parameters == "text"),
        "training_type": job.request.get("training_type") or "sft",
        "create_time": stamp(job.created),
        "user_identity": job.identity,
        "modifier": job.identity,
        "creator": job.identity,
        "group": "llm",
    }
    if job.request.get("model_name"):
        fields["model_name"] = job.request["model_name"]
    if options.workspace_field == "yes":
        fields["workspace_id"] = job.workspace
    return fields | _of_state(service, job, state, now)


def _echoed(job: Job, *, as_text: bool) -> dict[str, Any]:
    return {name: str(value) if as_text else value for name, value in job.hyper_parameters.items()}


def _of_state(service: Service, job: Job, state: str, now: float) -> dict[str, Any]:
    options = service.options
    if state not in life.FINAL:
        return {"finetuned_output": job.output, "max_output_cnt": 1} if options.early_output == "yes" else {}
    fields: dict[str, Any] = {"end_time": stamp(life.ended(job))}
    if state == "SUCCEEDED":
        fields |= {"finetuned_output": job.output, "usage": job.tokens}
    if state == "CANCELED":
        fields |= {"usage": life.usage(job, now)} | ({"code": "1"} if options.canceled_code == "yes" else {})
    if state == "FAILED":
        fields["code"] = job.fail_code
        if options.failed_message == "yes":
            fields["message"] = judge.MESSAGES.get(job.fail_code, "please contact the service support")
    return fields


def _base_model(service: Service, job: Job) -> str:
    """The base model under a chain of tuned ones."""
    model = str(job.request["model"])
    if model in service.options.models.split(","):
        return model
    made = {other.output: other for other in service.jobs.values()}
    while model in made and made[model] is not job:
        model = str(made[model].request["model"])
    return model


def listing(service: Service, caller: Caller, request: Request) -> Response:
    model = request.query.get("model")
    mine = [job for job in service.jobs_of(caller.identity) if not job.forget]
    found = [job for job in mine if model in (None, job.request["model"])]
    if service.options.list_order == "newest":
        found.reverse()
    elif service.options.list_order == "mixed":
        found.sort(key=lambda job: job.job_id[::-1])
    rows, numbers = page([{"job": job} for job in found], request)
    return answer(output={**numbers, "jobs": [shown(service, row["job"]) for row in rows]})


def get(service: Service, caller: Caller, request: Request, job_id: str) -> Response:
    return answer(output=shown(service, find(service, caller, job_id)))


def cancel(service: Service, caller: Caller, request: Request, job_id: str) -> Response:
    """Take the wish; a job that waits is canceled at once, one that has begun is CANCELING for a while."""
    job, now = find(service, caller, job_id), service.now()
    if life.is_final(job, now):
        state = life.status(job, now).lower()
        raise ServiceError("UnsupportedOperation", f"The fine-tune job can not be canceled because it is {state}")
    if job.canceled is None:
        job.canceled = now
        takes_time = job.starts is not None and service.options.cancel == "canceling"
        job.canceling = service.seconds(CANCELING_SECONDS) if takes_time else 0.0
        service.save(job)
    return answer(output={"status": "success"})


def delete(service: Service, caller: Caller, request: Request, job_id: str) -> Response:
    """Delete a finished job, which gives its slot back; not one that is still under way."""
    job, now = find(service, caller, job_id), service.now()
    if not life.is_final(job, now):
        state = life.status(job, now).lower()
        raise ServiceError("UnsupportedOperation", f"The fine-tune job can not be deleted because it is {state}")
    if service.options.delete_finished == "refuse":
        raise ServiceError("UnsupportedOperation", NOT_DELETABLE)
    job.deleted = now
    service.save(job)
    return answer(output={"status": "success"})


def log_lines(service: Service, caller: Caller, request: Request, job_id: str) -> Response:
    """The lines after the first `offset`."""
    lines = logs.lines(find(service, caller, job_id), service.now())
    offset = request.number("offset", 0, 0, 10**9)
    return answer(output={"total": len(lines), "logs": lines[offset : offset + request.number("line", 100, 1, 1000)]})


def checkpoints(service: Service, caller: Caller, request: Request, job_id: str) -> Response:
    """One checkpoint an epoch, once the training is over."""
    job = find(service, caller, job_id)
    if life.status(job, service.now()) != "SUCCEEDED":
        return answer(output=[])
    made = [
        {
            "checkpoint": f"checkpoint-{number}",
            "full_name": f"{job.job_id}-checkpoint-{number}",
            "job_id": job.job_id,
            "model_name": job.output,
            "status": "SUCCEEDED",
            "create_time": iso_stamp(life.ended(job)),
        }
        for number in range(1, max(1, round(job.epochs)) + 1)
    ]
    return answer(output=made)


def export(service: Service, caller: Caller, request: Request, job_id: str, checkpoint: str) -> Response:
    find(service, caller, job_id)
    if not request.query.get("model_name"):
        raise ServiceError("InvalidParameter", "Missing model_name")
    return answer(output=True)
