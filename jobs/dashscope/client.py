"""The calls of the fine-tuning service that the portal makes."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self
from urllib.parse import quote

import requests

from jobs.dashscope import errors
from jobs.dashscope.calls import Call, Caller, unreadable
from jobs.dashscope.decoding import integer, mapping, shown_text, text
from jobs.dashscope.pages import read_all
from jobs.dashscope.redaction import Secret, bounded
from jobs.dashscope.types import (
    Deployment,
    DeploymentList,
    FileList,
    FineTune,
    FineTuneList,
    Logs,
    RemoteFile,
    UploadedFile,
)
from jobs.dashscope.uploads import multipart

# The service's own bounds.
MAX_PAGE = 100
MAX_LOG_LINES = 1000


class Client:
    """The service at `base_url` (with its `/api/v1`), asked with one key. Every call may raise a `DashScopeError`.

    `deadline` and `upload_deadline` are seconds for a whole call, its retries and their waits included. Only calls that
    change nothing are ever sent twice. A client is for one thread at a time. A `session` that is handed in keeps its
    own adapters and is not closed.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        workspace: str = "",
        deadline: float = 30.0,
        upload_deadline: float = 1800.0,
        session: requests.Session | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._caller = Caller(base_url, Secret(api_key), workspace=workspace, session=session, sleep=sleep)
        self._deadline = deadline
        self._upload_deadline = upload_deadline

    def __repr__(self) -> str:
        return f"Client({self._caller.base!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections that are kept."""
        self._caller.close()

    # Fine-tune jobs

    def list_fine_tunes(self, page_size: int = MAX_PAGE) -> FineTuneList:
        """All jobs that the key can see, under one deadline; look at `complete` before concluding from an absence."""
        found = read_all(self._pages("/fine-tunes", page_size), "jobs", FineTune.from_json, "job_id")
        return FineTuneList(list(found.items.values()), found.complete, found.total, found.skipped, found.request_id)

    def get_fine_tune(self, job_id: str) -> FineTune:
        """One job; `NotFound` if the service does not know it."""
        return self._job(Call("GET", f"/fine-tunes/{_id(job_id)}"))

    def create_fine_tune(
        self,
        *,
        model: str,
        training_file_ids: Sequence[str],
        validation_file_ids: Sequence[str] | None = None,
        hyper_parameters: dict[str, Any],
        job_name: str = "",
        training_type: str = "",
    ) -> FineTune:
        """Makes a job. Sent once: after `UnknownOutcome` there may be one, so look for it before asking again.

        The oldest service answers `{"job_id", "status"}` alone: everything else is then empty.
        """
        wish: dict[str, Any] = {"model": model, "training_file_ids": list(training_file_ids)}
        if validation_file_ids:
            wish["validation_file_ids"] = list(validation_file_ids)
        wish["hyper_parameters"] = hyper_parameters
        if training_type:
            wish["training_type"] = training_type
        if job_name:
            wish["job_name"] = job_name
        body = json.dumps(wish, ensure_ascii=False, allow_nan=False).encode()
        return self._job(Call("POST", "/fine-tunes", body=body, content_type="application/json"))

    def cancel_fine_tune(self, job_id: str) -> str:
        """Asks for a cancel and returns the request's id; the job may go on for a while.

        `UnsupportedState` once the job is final.
        """
        return text(self._ask(Call("POST", f"/fine-tunes/{_id(job_id)}/cancel"))["request_id"])

    def delete_fine_tune(self, job_id: str) -> str:
        """Deletes a job, which frees its slot; returns the request's id. `UnsupportedState` if the service won't."""
        return text(self._ask(Call("DELETE", f"/fine-tunes/{_id(job_id)}"))["request_id"])

    def logs(self, job_id: str, *, offset: int = 0, line: int = MAX_LOG_LINES) -> Logs:
        """Up to `line` (at most 1000) lines of the job's log after the first `offset` ones."""
        window: dict[str, str | int] = {"offset": max(offset, 0), "line": min(max(line, 1), MAX_LOG_LINES)}
        value = self._ask(Call("GET", f"/fine-tunes/{_id(job_id)}/logs", window))
        output = mapping(value.get("output"))
        raw = output.get("logs")
        lines = [shown_text(entry) for entry in raw] if isinstance(raw, list) else []
        total = integer(output.get("total"))
        return Logs(max(offset, 0) + len(lines) if total is None else total, lines, value["request_id"])

    # Files

    def upload_file(
        self, path: Path | BinaryIO, *, name: str, description: str = "", purpose: str = "fine-tune"
    ) -> UploadedFile:
        """Uploads a file (its path, or an open binary file from where it stands) in constant memory. Sent once.

        `UploadRefused` if the service did not take it; an empty `purpose` is not sent.
        """
        if isinstance(path, Path):
            with path.open("rb") as file:
                return self.upload_file(file, name=name, description=description, purpose=purpose)
        body = multipart(path, name=name, description=description, purpose=purpose)
        call = Call("POST", "/files", body=body, content_type=body.content_type)
        return _uploaded(call, self._ask(call, deadline=self._upload_deadline), name)

    def get_file(self, file_id: str) -> RemoteFile:
        """One file; `NotFound` if the service does not know it."""
        call = Call("GET", f"/files/{_id(file_id)}")
        value = self._ask(call)
        found = RemoteFile.from_json(value.get("data"), value["request_id"])
        if found is None:
            raise unreadable("file", call, value["request_id"])
        return found

    def list_files(self, page_size: int = MAX_PAGE) -> FileList:
        """All files that the key can see, under one deadline."""
        found = read_all(self._pages("/files", page_size), "files", RemoteFile.from_json, "file_id")
        return FileList(list(found.items.values()), found.complete, found.total, found.skipped, found.request_id)

    def delete_file(self, file_id: str) -> str:
        """Deletes a file and returns the request's id; `NotFound` if the service does not know it."""
        return text(self._ask(Call("DELETE", f"/files/{_id(file_id)}"))["request_id"])

    # Deployments

    def list_deployments(self, page_size: int = MAX_PAGE) -> DeploymentList:
        """All deployments that the key can see, under one deadline."""
        pages = self._pages("/deployments", page_size)
        found = read_all(pages, "deployments", Deployment.from_json, "deployed_model")
        return DeploymentList(list(found.items.values()), found.complete, found.total, found.skipped, found.request_id)

    def _ask(self, call: Call, *, deadline: float | None = None) -> dict[str, Any]:
        return self._caller.ask(call, until=time.monotonic() + (deadline or self._deadline))

    def _pages(self, path: str, page_size: int) -> Callable[[int], dict[str, Any]]:
        until = time.monotonic() + self._deadline
        size = min(max(page_size, 1), MAX_PAGE)
        return lambda page_no: self._caller.ask(Call("GET", path, {"page_no": page_no, "page_size": size}), until=until)

    def _job(self, call: Call) -> FineTune:
        value = self._ask(call)
        job = FineTune.from_json(value.get("output") or value, value["request_id"])
        if job is None:
            raise unreadable("job", call, value["request_id"])
        return job


def _id(value: str) -> str:
    """An id as one segment of a path: what came from outside must not reach another resource."""
    if value in {"", ".", ".."}:
        raise ValueError("An id is not empty and not a relative path.")
    return quote(value, safe="")


def _uploaded(call: Call, value: dict[str, Any], name: str) -> UploadedFile:
    data, request_id = mapping(value.get("data")), value["request_id"]
    for entry in _entries(data.get("uploaded_files")):
        if file_id := text(entry.get("file_id")):
            return UploadedFile(file_id, text(entry.get("name")) or name, request_id)
    for entry in _entries(data.get("failed_uploads")):
        words = bounded(text(entry.get("message"))) or "the service did not take the file"
        raise errors.UploadRefused(words, status=200, code=bounded(text(entry.get("code"))), request_id=request_id)
    raise unreadable("file", call, request_id)


def _entries(value: Any) -> list[dict[str, Any]]:
    return [mapping(entry) for entry in value] if isinstance(value, list) else []
