"""What both classic SDKs are led through. Their classes have other names, and their answers other types; the steps, and
what is noted of each, are the same."""

import json
import sys
from typing import Any

seen: dict[str, Any] = {}


def note(step: str, answer: Any) -> Any:
    """Keep what an answer says; its output."""
    seen[step] = {
        "status": answer.status_code,
        "code": answer.code,
        "message": answer.message,
        "request_id": answer.request_id,
        "output": getattr(answer, "output", None),
    }
    return seen[step]["output"]


def send(files: Any, path: str) -> str:
    """The id of the file, sent."""
    file_id: str = note("upload", files.upload(path, description="the first"))["uploaded_files"][0]["file_id"]
    note("files", files.list())
    note("file", files.get(file_id))
    return file_id


def follow(tunes: Any, job_id: str, file_id: str) -> None:
    """Watch a job to its end, with a second one refused meanwhile."""
    note("second", tunes.call(model="qwen-turbo", training_file_ids=[file_id]))
    note("under way", tunes.get(job_id))
    note("not yet", tunes.delete(job_id))
    seen["stream"] = [event.output for event in tunes.stream_events(job_id)]


def read(tunes: Any, job_id: str) -> None:
    """Ask for all that is known of a job that has ended."""
    note("get", tunes.get(job_id))
    note("list", tunes.list())
    note("logs", tunes.logs(job_id))
    note("all logs", tunes.logs(job_id, offset=0, line=1000))
    note("too late", tunes.cancel(job_id))


def cancel(tunes: Any, file_id: str) -> str:
    """The id of another job, that is canceled."""
    made = note("other", tunes.call(model="qwen-7b-chat", training_file_ids=[file_id], validation_file_ids=[file_id]))
    job_id: str = made["job_id"]
    note("cancel", tunes.cancel(job_id))
    return job_id


def deploy(deployments: Any, tuned_model: str) -> None:
    """Deploy a model, and take it down again."""
    model = note("deploy", deployments.call(model=tuned_model, capacity=1, suffix="one"))["deployed_model"]
    note("deploy again", deployments.call(model=tuned_model, capacity=1, suffix="one"))
    note("deployments", deployments.list())
    note("deployment", deployments.get(model))
    note("scale", deployments.scale(model, 2))
    note("undeploy", deployments.delete(model))


def clear(tunes: Any, files: Any, job_id: str, file_id: str) -> None:
    """Delete what was made, and ask for what is not there."""
    note("delete", tunes.delete(job_id))
    note("gone", tunes.get(job_id))
    note("unknown model", tunes.call(model="gpt-2", training_file_ids=[file_id]))
    note("no file", files.get("nowhere"))
    note("delete file", files.delete(file_id))


def tell() -> None:
    sys.stdout.write(json.dumps(seen, default=vars))
