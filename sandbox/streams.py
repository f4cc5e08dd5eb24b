"""A job's log lines as an event stream."""

import json
from collections.abc import Iterator

from sandbox import life, logs
from sandbox.finetunes import find
from sandbox.jobs import Job
from sandbox.service import Caller, Service
from sandbox.web import Request, Response

COMMENT_SECONDS = 5.0
STREAM_PAUSE = 0.2


def stream(service: Service, caller: Caller, request: Request, job_id: str) -> Response:
    return Response(content_type="text/event-stream", events=_events(service, find(service, caller, job_id)))


def _events(service: Service, job: Job) -> Iterator[str]:
    """Every line as it is written, a comment when there is none for a while, the end when the job is final."""
    sent, quiet = 0, 0.0
    while not service.stopping.is_set():
        with service.lock:
            service.settle()
            now = service.now()
            lines, over = logs.lines(job, now), life.is_final(job, now) or job.deleted is not None
        for line in lines[sent:]:
            yield f"data:{json.dumps({'log': line}) if service.options.stream_data == 'json' else line}\n\n"
        quiet = 0.0 if len(lines) > sent else quiet + STREAM_PAUSE
        sent = len(lines)
        if over:
            return
        if quiet >= COMMENT_SECONDS:
            quiet = 0.0
            yield ":keep\n\n"
        service.pause(STREAM_PAUSE)
