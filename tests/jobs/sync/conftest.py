"""The sync loop against a real sandbox behind a socket, whose clock the test moves."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from datasets.models import Dataset
from jobs import files
from jobs.models import AccountSync, Job, ProviderFile
from jobs.states import State
from jobs.sync import sync
from sandbox.app import Sandbox
from sandbox.server import Server
from teams.models import ProviderAccount, Team, User
from tests.jobs.conftest import MakeJob

Look = Callable[[], None]


def jsonl(lines: int = 60, first: str = "问题") -> bytes:
    """A good file of so many examples, all different."""
    examples = (
        {"messages": [{"role": "user", "content": f"{first} {i}"}, {"role": "assistant", "content": f"答 {i}"}]}
        for i in range(lines)
    )
    return "".join(json.dumps(example, ensure_ascii=False) + "\n" for example in examples).encode()


def store(team: Team, by: User, content: bytes, name: str = "faq.jsonl") -> Dataset:
    dataset = Dataset(team=team, name=name, sha256=hashlib.sha256(content).hexdigest(), uploaded_by=by)
    dataset.size, dataset.state = len(content), Dataset.State.READY
    dataset.lines = dataset.examples = content.count(b"\n")
    dataset.save()
    if not default_storage.exists(dataset.path):
        default_storage.save(dataset.path, ContentFile(content))
    return dataset


@pytest.fixture
def service() -> Iterator[Sandbox]:
    sandbox = Sandbox()
    server = Server(sandbox)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    sandbox.url = server.url  # type: ignore[attr-defined]
    yield sandbox
    sandbox.stopping.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def account(team: Team, service: Sandbox) -> ProviderAccount:
    account = ProviderAccount(team=team, name="Main", base_url=service.url)  # type: ignore[attr-defined]
    account.set_key("sk-test-0000000000001234")
    account.save()
    return account


@pytest.fixture
def dataset(team: Team, member: User) -> Dataset:
    return store(team, member, jsonl())


@pytest.fixture
def look(account: ProviderAccount) -> Look:
    """A pass, the uploads that it asked for, and the pass that they ring for."""

    def passes() -> None:
        sync(account.pk)
        missing = list(ProviderFile.objects.filter(account=account, file_id=""))
        for row in missing:
            files.upload(row.pk, Dataset.objects.filter(sha256=row.sha256).latest("pk").pk)
        if missing:
            sync(account.pk)

    return passes


@pytest.fixture
def skip_pauses(account: ProviderAccount) -> Callable[[], None]:
    """As if the time that the account was asked to wait had passed."""

    def skip() -> None:
        past = timezone.now() - timedelta(seconds=1)
        AccountSync.objects.filter(account=account).update(create_after=past, next_look_at=past)

    return skip


@pytest.fixture
def running(make_job: MakeJob, look: Look, service: Sandbox) -> Job:
    """A job that runs at the service."""
    job = make_job()
    look()
    service.skip(11)
    look()
    job.refresh_from_db()
    assert job.state == State.RUNNING
    return job
