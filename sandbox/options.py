"""Every option of the sandbox with its default and meaning: the one source of `--help` and docs/sandbox.md."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any


def option(default: Any, meaning: str, *choices: str) -> Any:
    """A field of Options that knows what to say of itself. The first of several choices is the likeliest service."""
    if choices:
        return field(default=default, metadata={"meaning": meaning, "choices": choices})
    return field(default=default, metadata={"meaning": meaning, "choices": None})


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the service behaves. What the vendor's documentation leaves open is an option with choices."""

    time_scale: float = option(1.0, "how many times faster than life a job runs")
    min_lines: int = option(50, "fewer lines than this and a job fails with code 15")
    max_running: int = option(1, "jobs that may run at once, for each user")
    max_jobs: int = option(5, "jobs that may exist, FAILED and CANCELED not counted")
    max_file_bytes: int = option(300 * 1024 * 1024, "a larger file is refused")
    too_large: str = option("failed", "a larger file: among failed_uploads in a 200, or HTTP 413", "failed", "413")
    max_files: int = option(100, "files that may be kept")
    max_files_bytes: int = option(5 * 1024 * 1024 * 1024, "bytes that all files may have together")
    rate_limit: float = option(0.0, "calls a second that a user may make; 0: any number")
    models: str = option(
        "qwen-turbo,qwen-7b-chat,qwen-72b-chat,qwen3-14b,qwen2.5-7b-instruct", "base models, with commas"
    )
    second_create: str = option(
        "refuse", "a create while another job runs: 429, or a job that waits", "refuse", "pending", "queue"
    )
    unknown_model: str = option(
        "ModelNotFound", "error for a model that is not there", "ModelNotFound", "NotFound", "InvalidParameter"
    )
    create_answer: str = option(
        "job", "create answers the whole job, its id and status, or these two without output", "job", "brief", "bare"
    )
    job_name: str = option("known", "job_name of a create is kept, or never heard of", "known", "ignored")
    mixed_formats: str = option("accept", "a file with lines of several formats: trained, or code 1", "accept", "fail")
    hyper_parameters: str = option("as-sent", "hyper-parameters come back as sent, or as text", "as-sent", "text")
    early_output: str = option("no", "finetuned_output is there before SUCCEEDED", "no", "yes")
    failed_message: str = option("yes", "a FAILED job has a message beside its code", "yes", "no")
    canceled_code: str = option("yes", "a CANCELED job has code 1", "yes", "no")
    cancel: str = option("canceling", "a cancel passes through CANCELING, or acts at once", "canceling", "direct")
    delete_finished: str = option("allow", "a finished job may be deleted", "allow", "refuse")
    list_order: str = option("newest", "the order of the list of jobs", "newest", "oldest", "mixed")
    workspace_field: str = option("yes", "jobs carry workspace_id (the newer service)", "yes", "no")
    stream_data: str = option("log", "a stream's data: the log line, or JSON around it", "log", "json")

    def __post_init__(self) -> None:
        if not self.time_scale > 0:
            raise ValueError("--time-scale must be greater than 0")


PROGRAM = [
    ("--host", "127.0.0.1", "", "address to listen on"),
    ("--port", "8001", "", "port to listen on; 0: a free one"),
    ("--state", "", "", "SQLite file that keeps everything, uploads in a folder beside it; without it nothing is kept"),
    ("--faults", "", "", "a fault as JSON; may repeat"),
    ("--next-job", "", "", "what is to happen to a job to come, as JSON; may repeat"),
    ("--log", "", "", "write a line a call to stderr: route, status, time"),
]


def rows() -> list[tuple[str, str, str, str]]:
    """One row an option: the flag, its default, its choices or "", its meaning."""
    return PROGRAM + [
        (
            "--" + item.name.replace("_", "-"),
            f"{item.default:g}" if isinstance(item.default, float) else str(item.default),
            ", ".join(item.metadata["choices"] or ()),
            item.metadata["meaning"],
        )
        for item in dataclasses.fields(Options)
    ]
