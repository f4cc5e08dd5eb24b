"""Rows of every model in every state that a page shows in a way of its own, and other text in all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from string import Formatter
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from model_bakery import baker

from datasets.models import Dataset
from jobs.models import AccountSync, BaseModel, HyperParameter, Job, JobEvent, LogLine, ProviderFile, ProviderJob
from jobs.states import State, WaitReason
from teams import audit
from teams.encryption import EncryptedTextField
from teams.models import AuditEntry, Invitation, ProviderAccount, Team, User
from tests.datasets.files import line, make_dataset
from tests.hostile.texts import within

OURS = ("teams", "datasets", "jobs")
# Fields in which only the portal itself writes, and of which the code takes for granted what they hold.
OURS_ALONE = {
    "User.password", "User.language", "Dataset.sha256", "Dataset.format", "Issue.code", "ProviderFile.sha256",
    "Invitation.token_hash", "AuditEntry.verb", "JobEvent.from_state", "JobEvent.to_state", "Dataset.counts",
    "Dataset.warning_counts", "Issue.params",
}  # fmt: skip


def wrong_lines(text: Callable[[], str]) -> list[bytes]:
    """Lines that bring a text into excerpts, into what a message says, and into the words of the message itself."""
    return [wrong for payload in (text() for _ in range(6)) for wrong in _lines_with(payload)]


def _lines_with(text: str) -> Iterator[bytes]:
    quoted = json.dumps(text, ensure_ascii=False).encode()
    yield line(text).replace(b'"assistant"', b'"robot"')
    yield line("x").replace(b'"user"', quoted)
    yield b"{%b: 1}" % quoted
    yield b'{"a": 1, %b: 1, %b: 2}' % (quoted, quoted)
    yield b'{"messages": [%b]}' % quoted
    yield text.replace("\n", "").encode()
    yield line("x").replace(b'"content"', b'%b: 1, "content"' % quoted, 1)
    yield line(f" {text} ")


def fill(team: Team, admin: User, account: ProviderAccount, text: Callable[[], str]) -> None:
    """Make the rows. Only the lines of files need `text` here: all else is overwritten later."""
    good = [line(f"{text()} {number}") for number in range(60)]
    checked = make_dataset(team, admin, b"\n".join(good + wrong_lines(text)), "wrong.jsonl")
    make_dataset(team, admin, b"\n".join(good), "good.jsonl")
    make_dataset(team, admin, b"\n".join(good[:3]), "good.jsonl")
    for state in Dataset.State:
        Dataset.objects.create(team=team, name=state, sha256=checked.sha256, size=3, state=state, uploaded_by=admin)
    base_model = BaseModel.objects.create(name="m", training_types=["sft"])
    HyperParameter.objects.create(base_model=base_model, name="n", kind="choice", choices=["a"], default="a")
    _jobs(team, admin, account, checked)
    for number, trouble in enumerate(["", *AccountSync.Trouble]):
        other = ProviderAccount(team=team, name=f"a{number}", base_url="http://127.0.0.1:9/api/v1", workspace="w")
        other.set_key("sk-test-0000000000001234")
        other.save()
        AccountSync.objects.create(account=other, trouble=trouble, trouble_since=timezone.now(), trouble_text="t")
    ProviderJob.objects.create(
        account=account, provider_job_id="ft-x", name="n", status="RUNNING", model="m", creator="c"
    )
    ProviderJob.objects.create(account=account, provider_job_id="ft-y", name="n", status="SUCCEEDED", model="m")
    ProviderFile.objects.create(account=account, sha256=checked.sha256, file_id="f", last_error="e", is_refused=True)
    Invitation.create(team=team, role="viewer", created_by=admin, note="n")
    for verb, words in [*audit._words.items(), ("unheard_of", "")]:
        named = {
            name: "x" for _literal, name, _spec, _how in Formatter().parse(str(words)) if name and name != "target"
        }
        AuditEntry.objects.create(team=team, actor=admin, verb=verb, target="t", detail=named)
    _rows_of_other_models()


def _jobs(team: Team, admin: User, account: ProviderAccount, dataset: Dataset) -> None:
    """A job in each state, and what can be said of it."""
    now, numbers = timezone.now(), count()
    said = {
        "text": "t",
        "request_id": "r",
        "word": "w",
        "other": "o",
        "file": "f",
        "name": "n",
        "refusal": "r",
        "dataset": "d",
    }

    def job(state: State, **fields: Any) -> Job:
        number = next(numbers)
        given: dict[str, Any] = {
            "provider_job_id": f"ft-{number}", "provider_status": "w", "failure_message": "m", "finetuned_output": "o",
            "request_id": "r", "cancel_refusal": "c", "free_refusal": "f", "training_type": "t",
            "intent_token": f"t{number}", "hyper_parameters": {"n_epochs": 1, "lr": "a"},
            "provider_settings": {"hyper_parameters": {"lr": "b"}, "training_type": "t"},
            "wait_detail": {**said, "names": ["a", "b"], "holders": ["a"]},
        }  # fmt: skip
        return Job.objects.create(
            team=team, account=account, name=f"n{number}", dataset=dataset, validation_dataset=dataset, base_model="m",
            created_by=admin, state=state, **(given | fields),
        )  # fmt: skip

    for reason in WaitReason:
        job(State.QUEUED, wait_reason=reason, provider_job_id="")
    for state in State:
        made = job(state)
        job(state, cancel_requested_at=now, cancel_requested_by=admin)
        LogLine.objects.bulk_create([LogLine(job=made, number=number, text="l") for number in range(1, 8)])
        Job.objects.filter(pk=made.pk).update(log_total=7)
        for number, kind in enumerate([*JobEvent.Kind, *([JobEvent.Kind.STATE] * 3)]):
            for why in ("", "adopted", "absent", "file_forgotten", "file_refused", "refused"):
                JobEvent.objects.create(
                    job=made, actor=admin if number % 2 else None, kind=kind, from_state=State.QUEUED, to_state=state,
                    why=why, detail=said, at=now - timedelta(days=number),
                )  # fmt: skip
    for code in ("", "1", "13", "14", "15", "99"):
        job(State.FAILED, failure_code=code)
        job(State.FAILED, failure_code=code, provider_job_id="")
    job(State.SUCCEEDED, freed_at=now, free_requested_at=now, free_requested_by=admin)


def _rows_of_other_models() -> None:
    """A row of each model that nobody above thought of, tied to the rows that are there."""
    for model in text_models():
        if not model._default_manager.exists():
            ties: dict[str, Any] = {
                key.name: key.related_model._default_manager.first()
                for key in model._meta.fields
                if isinstance(key, models.ForeignKey) and isinstance(key.related_model, type)
            }
            baker.make(model, **ties)


def text_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not model._meta.auto_created and any(True for _ in text_fields(model))
    ]


def text_fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """The fields into which people, files or the service can bring text."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
        ours = isinstance(field, models.SlugField | EncryptedTextField) or bool(field.choices)
        if is_text and not ours and f"{model.__name__}.{field.name}" not in OURS_ALONE:
            yield field


def overwrite(text: Callable[[], str]) -> None:
    """Put another text in place of each. A text that is not there stays away: pages show that in another way."""
    for model in text_models():
        for row in model._default_manager.order_by("pk"):
            changed = {field.attname: _other(field, row, text) for field in text_fields(model)}
            model._default_manager.filter(pk=row.pk).update(**changed)


def _other(field: models.Field[Any, Any], row: models.Model, text: Callable[[], str]) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, models.JSONField):
        return within(value, text)
    if not value:
        return value
    other = text()
    if isinstance(field, models.URLField):
        other = f"http://127.0.0.1:9/{other}"
    once = field.unique or any(field.name in names for names in _unique_together(type(row)))
    return (f"{row.pk} {other}" if once else other)[: field.max_length]


def _unique_together(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield tuple(constraint.fields) or ("username",)  # names are told apart by an expression
