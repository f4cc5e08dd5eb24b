"""Speech hot words: jobs of another kind in the same list, looked at under /fine-tunes/outputs."""

from typing import Any

from sandbox import life
from sandbox.errors import ServiceError
from sandbox.jobs import Job, stamp
from sandbox.service import Caller, Service
from sandbox.web import Request, Response, answer, page


def _owned(service: Service, caller: Caller) -> list[Job]:
    return [job for job in reversed(service.jobs_of(caller.identity)) if job.is_phrases]


def _shown(service: Service, job: Job) -> dict[str, Any]:
    return {
        "job_id": job.job_id,
        "finetuned_output": job.output,
        "model": job.request["model"],
        "status": life.status(job, service.now()),
        "create_time": stamp(job.created),
        "output_type": "compile_asr_phrase",
    }


def _find(service: Service, caller: Caller, name: str) -> Job:
    for job in _owned(service, caller):
        if job.output == name:
            return job
    raise ServiceError("NotFound")


def listing(service: Service, caller: Caller, request: Request) -> Response:
    rows, numbers = page([_shown(service, job) for job in _owned(service, caller)], request)
    return answer(output={**numbers, "finetuned_outputs": rows})


def get(service: Service, caller: Caller, request: Request, name: str) -> Response:
    return answer(output=_shown(service, _find(service, caller, name)))


def delete(service: Service, caller: Caller, request: Request, name: str) -> Response:
    job = _find(service, caller, name)
    job.deleted = service.now()
    service.save(job)
    return answer(output={"status": "success"})
