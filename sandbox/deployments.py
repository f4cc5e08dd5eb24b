"""The calls on deployments, and the list of models."""

from typing import Any

from sandbox.creation import known_models
from sandbox.errors import ServiceError
from sandbox.jobs import iso_stamp
from sandbox.service import Caller, Service
from sandbox.web import Request, Response, answer, page

DEPLOYING_AFTER, RUNNING_AFTER, GONE_AFTER = 5.0, 15.0, 5.0  # seconds of life


def create(service: Service, caller: Caller, request: Request) -> Response:
    body = request.json()
    model = body.get("model_name")
    if not model:
        raise ServiceError("InvalidParameter", "Missing model_name")
    if model not in known_models(service, caller):
        raise ServiceError(service.options.unknown_model, f"Model {model} not found.")
    name = "-".join(str(part) for part in (model, body.get("suffix")) if part)
    if any(row["deployed_model"] == name for row in _owned(service, caller)):
        raise ServiceError("Conflict")
    now = service.now()
    row = {
        "deployed_model": name,
        "identity": caller.identity,
        "workspace": caller.workspace,
        "model_name": model,
        "name": str(body.get("name") or name),
        "capacity": body.get("capacity") or 1,
        "plan": body.get("plan"),
        "created": now,
        "modified": now,
        "deleting": None,
    }
    _save(service, row)
    return answer(output=_shown(service, row))


def _save(service: Service, row: dict[str, Any]) -> None:
    name = f"{row['identity']}/{row['deployed_model']}"
    service.deployments[name] = row
    service.store.save("deployment", name, row)


def _owned(service: Service, caller: Caller) -> list[dict[str, Any]]:
    now = service.now()
    return [
        row
        for row in reversed(service.deployments.values())
        if row["identity"] == caller.identity
        and (row["deleting"] is None or now < row["deleting"] + service.seconds(GONE_AFTER))
    ]


def _status(service: Service, row: dict[str, Any]) -> str:
    if row["deleting"] is not None:
        return "DELETING"
    age = service.now() - row["created"]
    if age < service.seconds(DEPLOYING_AFTER):
        return "PENDING"
    return "DEPLOYING" if age < service.seconds(RUNNING_AFTER) else "RUNNING"


def _shown(service: Service, row: dict[str, Any]) -> dict[str, Any]:
    status = _status(service, row)
    return {
        "deployed_model": row["deployed_model"],
        "status": status,
        "name": row["name"],
        "model_name": row["model_name"],
        "base_model": row["model_name"].split("-ft-")[0],
        "capacity": row["capacity"],
        "base_capacity": 1,
        "ready_capacity": row["capacity"] if status == "RUNNING" else 0,
        "charge_type": "post_paid",
        "plan": row["plan"] or "lora",
        "gmt_create": iso_stamp(row["created"]),
        "gmt_modified": iso_stamp(row["modified"]),
        "workspace_id": row["workspace"],
        "creator": row["identity"],
        "modifier": row["identity"],
    }


def _find(service: Service, caller: Caller, name: str) -> dict[str, Any]:
    for row in _owned(service, caller):
        if row["deployed_model"] == name:
            return row
    raise ServiceError("NotFound")


def listing(service: Service, caller: Caller, request: Request) -> Response:
    rows, numbers = page(_owned(service, caller), request, default_size=50)
    return answer(output={**numbers, "deployments": [_shown(service, row) for row in rows]})


def get(service: Service, caller: Caller, request: Request, name: str) -> Response:
    return answer(output=_shown(service, _find(service, caller, name)))


def delete(service: Service, caller: Caller, request: Request, name: str) -> Response:
    row = _find(service, caller, name)
    if row["deleting"] is None:
        _save(service, row | {"deleting": service.now()})
    return answer(output={"status": "success"})


def scale(service: Service, caller: Caller, request: Request, name: str) -> Response:
    row, capacity = _find(service, caller, name), request.json().get("capacity")
    if not isinstance(capacity, int) or capacity < 1:
        raise ServiceError("InvalidParameter", "capacity must be a positive number.")
    changed = row | {"capacity": capacity, "modified": service.now()}
    _save(service, changed)
    return answer(output=_shown(service, changed))


def models(service: Service, caller: Caller, request: Request) -> Response:
    """The models that a job can start from; a command line asks for one of them to try its key."""
    rows, numbers = page([{"model": name, "name": name} for name in known_models(service, caller)], request)
    return answer(output={**numbers, "models": rows})
