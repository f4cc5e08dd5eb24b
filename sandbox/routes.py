"""Which call goes where: the one table of endpoints, which `--help` and docs/sandbox.md show."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox import admin, creation, deployments, files, finetunes, phrases, streams
from sandbox.errors import ServiceError
from sandbox.service import Caller, Service
from sandbox.web import Request, Response

API = "/api/v1"


@dataclass(frozen=True, kw_only=True)
class Route:
    """A method and a path in which `{x}` stands for one part. `streams_body`: the handler reads the body itself."""

    method: str
    path: str
    handler: Callable[..., Response]
    meaning: str
    streams_body: bool = False
    arguments: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def needs_key(self) -> bool:
        return not self.path.startswith("/sandbox/")

    def match(self, path: str) -> "Route | None":
        pattern = re.sub(r"\\{\w+\\}", "([^/]+)", re.escape(self.path))
        found = re.fullmatch(pattern, path)
        return replace(self, arguments=found.groups()) if found else None


def _route(method: str, path: str, handler: Callable[..., Response], meaning: str, **more: Any) -> Route:
    return Route(method=method, path=path, handler=handler, meaning=meaning, **more)


def _nowhere(service: Service, caller: Caller, request: Request) -> Response:
    raise ServiceError("NotFound")


ROUTES = [
    _route("POST", "/files", files.upload, "upload files (multipart)", streams_body=True),
    _route("GET", "/files", files.listing, "files: page_no, page_size"),
    _route("GET", "/files/{id}", files.get, "one file"),
    _route("DELETE", "/files/{id}", files.delete, "delete a file"),
    _route("POST", "/fine-tunes", creation.create, "make a job"),
    _route("GET", "/fine-tunes", finetunes.listing, "jobs: page_no, page_size, model"),
    _route("GET", "/fine-tunes/outputs", phrases.listing, "speech hot words"),
    _route("GET", "/fine-tunes/outputs/{name}", phrases.get, "one list of hot words"),
    _route("DELETE", "/fine-tunes/outputs/{name}", phrases.delete, "delete hot words"),
    _route("GET", "/fine-tunes/{id}", finetunes.get, "one job"),
    _route("DELETE", "/fine-tunes/{id}", finetunes.delete, "delete a finished job: its slot comes free"),
    _route("POST", "/fine-tunes/{id}/cancel", finetunes.cancel, "cancel a job"),
    _route("GET", "/fine-tunes/{id}/logs", finetunes.log_lines, "log lines: offset, line"),
    _route("GET", "/fine-tunes/{id}/stream", streams.stream, "log lines as they come (event stream)"),
    _route("GET", "/fine-tunes/{id}/checkpoints", finetunes.checkpoints, "checkpoints of a finished job"),
    _route("GET", "/fine-tunes/{id}/export/{checkpoint}", finetunes.export, "export a checkpoint: model_name"),
    _route("POST", "/deployments", deployments.create, "deploy a model"),
    _route("GET", "/deployments", deployments.listing, "deployments: page_no, page_size"),
    _route("GET", "/deployments/{name}", deployments.get, "one deployment"),
    _route("DELETE", "/deployments/{name}", deployments.delete, "delete a deployment"),
    _route("PUT", "/deployments/{name}/scale", deployments.scale, "change a deployment's capacity"),
    _route("GET", "/models", deployments.models, "models: page_no, page_size"),
    _route("GET", "/sandbox/ready", admin.ready, "200 when it listens"),
    _route("GET", "/sandbox/records", admin.records, "every job ever made, and counts"),
    _route("POST", "/sandbox/faults", admin.set_faults, "faults from now on; {} ends them"),
    _route("POST", "/sandbox/jobs/{id}", admin.job, "make a job go wrong"),
    _route("POST", "/sandbox/next-job", admin.next_job, "make the next job go wrong"),
    _route("POST", "/sandbox/clock", admin.clock, "skip time: advance (seconds)"),
    _route("POST", "/sandbox/keys", admin.key, "what a key gets: key, identity, error, message"),
    _route("POST", "/sandbox/reset", admin.reset, "forget everything"),
]
NOWHERE = _route("", "(unknown)", _nowhere, "404 NotFound")


def resolve(method: str, path: str) -> Route:
    """The route of a call, its arguments filled in."""
    below = path if path.startswith("/sandbox/") else path.removeprefix(API)
    if below == path and not path.startswith("/sandbox/"):
        return NOWHERE
    for route in ROUTES:
        if route.method == method and (found := route.match(below)):
            return found
    return NOWHERE
