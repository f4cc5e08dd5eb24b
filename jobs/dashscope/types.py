"""What the service answers, typed. Unknown fields are dropped, missing ones are "" or None, unknown states are kept.

A file's signed `url` and every `api_key_id` are never read.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from jobs.dashscope import decoding as d


@dataclass(frozen=True, slots=True)
class FineTune:
    """A fine-tune job, at the service's last word.

    `status` and `code` are the service's text as it came; a `code` alone does not mean that the job failed.
    `finetuned_output` is "" unless the job has succeeded, whatever the service already names before. `usage` is in
    tokens. Times are aware and in UTC. `request_id` is the answer's.
    """

    job_id: str
    status: str = ""
    job_name: str = ""
    model: str = ""
    base_model: str = ""
    training_file_ids: list[str] = field(default_factory=list)
    validation_file_ids: list[str] = field(default_factory=list)
    hyper_parameters: dict[str, Any] = field(default_factory=dict)
    training_type: str = ""
    create_time: datetime | None = None
    end_time: datetime | None = None
    finetuned_output: str = ""
    usage: int | None = None
    code: str = ""
    message: str = ""
    user_identity: str = ""
    creator: str = ""
    group: str = ""
    workspace_id: str = ""
    request_id: str = ""

    @classmethod
    def from_json(cls, value: Any, request_id: str = "") -> Self | None:
        """The job in a JSON value, None if it names no job."""
        raw = d.mapping(value)
        job_id = d.text(raw.get("job_id"))
        if not d.is_id(job_id):
            return None
        status = d.text(raw.get("status"))
        return cls(
            job_id=job_id,
            status=status,
            job_name=d.text(raw.get("job_name")),
            model=d.text(raw.get("model")),
            base_model=d.text(raw.get("base_model")),
            training_file_ids=d.texts(raw.get("training_file_ids")),
            validation_file_ids=d.texts(raw.get("validation_file_ids")),
            hyper_parameters=d.plain(d.mapping(raw.get("hyper_parameters"))),
            training_type=d.text(raw.get("training_type")),
            create_time=d.moment(raw.get("create_time")),
            end_time=d.moment(raw.get("end_time")),
            finetuned_output=d.text(raw.get("finetuned_output")) if status == "SUCCEEDED" else "",
            usage=d.integer(raw.get("usage")),
            code=d.text(raw.get("code")),
            message=d.shown_text(raw.get("message")),
            user_identity=d.text(raw.get("user_identity")),
            creator=d.text(raw.get("creator")),
            group=d.text(raw.get("group")),
            workspace_id=d.text(raw.get("workspace_id")),
            request_id=request_id,
        )


@dataclass(frozen=True, slots=True)
class Logs:
    """A window of a job's log: `total` is the number of all lines so far, `lines` those of the window."""

    total: int
    lines: list[str]
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """What an upload made."""

    file_id: str
    name: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file that the service keeps. `size` is in bytes, `created` in UTC."""

    file_id: str
    name: str = ""
    description: str = ""
    size: int | None = None
    md5: str = ""
    purpose: str = ""
    created: datetime | None = None
    request_id: str = ""

    @classmethod
    def from_json(cls, value: Any, request_id: str = "") -> Self | None:
        """The file in a JSON value, None if it names no file."""
        raw = d.mapping(value)
        file_id = d.text(raw.get("file_id"))
        if not d.is_id(file_id):
            return None
        return cls(
            file_id=file_id,
            name=d.text(raw.get("name")),
            description=d.shown_text(raw.get("description")),
            size=d.integer(raw.get("size")),
            md5=d.text(raw.get("md5")),
            purpose=d.text(raw.get("purpose")),
            created=d.moment(raw.get("gmt_create")),
            request_id=request_id,
        )


@dataclass(frozen=True, slots=True)
class Deployment:
    """A model that is deployed. `capacity` is in the service's own units."""

    deployed_model: str
    status: str = ""
    model_name: str = ""
    base_model: str = ""
    capacity: int | None = None
    created: datetime | None = None
    request_id: str = ""

    @classmethod
    def from_json(cls, value: Any, request_id: str = "") -> Self | None:
        """The deployment in a JSON value, None if it names none."""
        raw = d.mapping(value)
        deployed_model = d.text(raw.get("deployed_model"))
        if not deployed_model:
            return None
        return cls(
            deployed_model=deployed_model,
            status=d.text(raw.get("status")),
            model_name=d.text(raw.get("model_name")),
            base_model=d.text(raw.get("base_model")),
            capacity=d.integer(raw.get("capacity")),
            created=d.moment(raw.get("gmt_create")),
            request_id=request_id,
        )


@dataclass(frozen=True, slots=True)
class FineTuneList:
    """All jobs that the key can see.

    `complete` is true only if every page was read, no entry was unreadable and nothing changed while reading: only
    then does a job's absence mean anything. `total` is the service's own count (None if it gave none), `skipped` the
    number of entries that named no job.
    """

    jobs: list[FineTune]
    complete: bool
    total: int | None = None
    skipped: int = 0
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class FileList:
    """All files that the key can see; `complete`, `total` and `skipped` as in `FineTuneList`."""

    files: list[RemoteFile]
    complete: bool
    total: int | None = None
    skipped: int = 0
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class DeploymentList:
    """All deployments that the key can see; `complete`, `total` and `skipped` as in `FineTuneList`."""

    deployments: list[Deployment]
    complete: bool
    total: int | None = None
    skipped: int = 0
    request_id: str = ""
