"""The calls on files. Uploaded bytes go straight to disk; what training will think of them is worked out then."""

import dataclasses
import hashlib
import uuid
from typing import Any

from sandbox import judge, multipart
from sandbox.errors import ServiceError
from sandbox.jobs import stamp
from sandbox.service import Caller, Service
from sandbox.web import Request, Response, answer, page

FULL = "Out of space, please delete useless files."
MANY = "Out of number, please delete useless files."


def upload(service: Service, caller: Caller, request: Request) -> Response:
    """Store every `files` part; one that is refused is named in `failed_uploads`, inside a 200."""
    received: list[dict[str, Any]] = []
    try:
        _read(service, caller, request, received)
        with service.lock:
            return _keep(service, caller, received)
    finally:
        for file in received:
            if file["file_id"] not in service.files:
                (service.store.files / file["file_id"]).unlink(missing_ok=True)


def _read(service: Service, caller: Caller, request: Request, received: list[dict[str, Any]]) -> None:
    """Read the parts of an upload; the files among them are added to `received`."""
    descriptions: list[str] = []
    purpose = ""
    for part in multipart.parts(request.headers.get("content-type", ""), request.body):
        if part.name == "descriptions":
            descriptions.append(part.text())
        elif part.name == "purpose":
            purpose = part.text()
        elif part.name == "files" and part.filename is not None:
            received.append({"file_id": str(uuid.uuid4()), "name": part.filename})
            received[-1] |= _receive(service, caller, part, received[-1]["file_id"])
    if not received:
        raise ServiceError("InvalidParameter", "No file was uploaded.")
    for index, file in enumerate(received):
        file["description"] = descriptions[index] if index < len(descriptions) else ""
        file["purpose"] = purpose or "fine-tune"


def _receive(service: Service, caller: Caller, part: multipart.Part, file_id: str) -> dict[str, Any]:
    """Write a part's bytes to disk; beyond the size limit they are counted and dropped."""
    path = service.store.files / file_id
    digest = hashlib.md5(usedforsecurity=False)
    size = 0
    with path.open("wb") as target:
        for chunk in part.chunks:
            size += len(chunk)
            if size <= service.options.max_file_bytes:
                digest.update(chunk)
                target.write(chunk)
    too_large = size > service.options.max_file_bytes
    summary = judge.Summary() if too_large else judge.summarise(path)
    return {
        "identity": caller.identity,
        "size": size,
        "md5": digest.hexdigest(),
        "created": service.now(),
        "summary": dataclasses.asdict(summary),
    }


def _keep(service: Service, caller: Caller, received: list[dict[str, Any]]) -> Response:
    kept: list[dict[str, str]] = []
    failed: list[dict[str, str]] = []
    for file in received:
        refused = _refused(service, caller, file["size"])
        if refused is None:
            service.files[file["file_id"]] = file
            service.store.save("file", file["file_id"], file)
            kept.append({"file_id": file["file_id"], "name": file["name"]})
            continue
        if refused.code == "BadRequest.TooLarge" and service.options.too_large == "413":
            raise refused
        failed.append({"name": file["name"], "code": refused.code, "message": refused.message})
    return answer(data={"uploaded_files": kept, "failed_uploads": failed})


def _refused(service: Service, caller: Caller, size: int) -> ServiceError | None:
    mine = owned(service, caller)
    if size > service.options.max_file_bytes:
        return ServiceError("BadRequest.TooLarge")
    if sum(int(file["size"]) for file in mine) + size > service.options.max_files_bytes:
        return ServiceError("BadRequest.TooLarge", FULL)
    if len(mine) >= service.options.max_files:
        return ServiceError("BadRequest.TooMany", MANY)
    return None


def owned(service: Service, caller: Caller) -> list[dict[str, Any]]:
    """The caller's files, newest first."""
    return [file for file in reversed(service.files.values()) if file["identity"] == caller.identity]


def find(service: Service, caller: Caller, file_id: str) -> dict[str, Any]:
    """A file of the caller's. One that is not there is a 400, not a 404."""
    file = service.files.get(file_id)
    if file is None or file["identity"] != caller.identity:
        raise ServiceError("InvalidParameter", "File not found.")
    return file


def shown(file: dict[str, Any]) -> dict[str, Any]:
    """A file as the service shows it. `url` is a signed link and `api_key_id` looks like a key, as theirs do."""
    number = int(file["file_id"].replace("-", "")[:8], 16)
    return {
        "id": number,
        "file_id": file["file_id"],
        "name": file["name"],
        "description": file["description"],
        "size": file["size"],
        "md5": file["md5"],
        "gmt_create": stamp(file["created"]),
        "url": f"https://files.sandbox.invalid/{file['file_id']}?Expires=1&OSSAccessKeyId=SECRET&Signature=SIGNED-{number}",
        "region": "cn-beijing",
        "user_id": file["identity"],
        "api_key_id": f"sk-id-{number}",
        "purpose": file["purpose"],
    }


def listing(service: Service, caller: Caller, request: Request) -> Response:
    rows, numbers = page(owned(service, caller), request)
    return answer(data={**numbers, "files": [shown(file) for file in rows]})


def get(service: Service, caller: Caller, request: Request, file_id: str) -> Response:
    return answer(data=shown(find(service, caller, file_id)))


def delete(service: Service, caller: Caller, request: Request, file_id: str) -> Response:
    """A job that was made from the file keeps what it has read of it."""
    del service.files[find(service, caller, file_id)["file_id"]]
    service.store.remove("file", file_id)
    (service.store.files / file_id).unlink(missing_ok=True)
    return answer()
