"""The protocol against an independent client, tuspy, over the whole portal: front, Django, worker."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from tests.datasets.files import file_with, line
from tests.services import Portal

SLICE = 4 * 1024 * 1024
TOKEN = "t" * 32
NEWCOMER = """
from django.contrib.sessions.backends.db import SessionStore
from teams.models import Membership, Role, Team, User
team, _ = Team.objects.get_or_create(slug="tus", defaults={"name": "Tus"})
user, _ = User.objects.get_or_create(username="tus")
Membership.objects.get_or_create(team=team, user=user, role=Role.MEMBER)
session = SessionStore()
session["_auth_user_id"] = str(user.pk)
session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
session["_auth_user_hash"] = user.get_session_auth_hash()
session.save()
print("session=" + session.session_key)
"""


@pytest.fixture(scope="module")
def headers(portal: Portal) -> dict[str, str]:
    """What a browser sends in which a member has signed in."""
    session = portal.manage("shell", "-c", NEWCOMER).rpartition("session=")[2].strip()
    return {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}


Send = Callable[..., Any]


@pytest.fixture
def send(portal: Portal, headers: dict[str, str]) -> Send:
    """An uploader of some content: `send(content)`."""

    def make(content: bytes, *, name: str = "a.jsonl", chunk: int = SLICE, **options: Any) -> Any:
        client = TusClient(f"{portal.url}/t/tus/datasets/uploads/", headers=headers)
        stream = io.BytesIO(content)
        return client.uploader(file_stream=stream, chunk_size=chunk, metadata={"filename": name}, **options)

    return make


def page_of(uploader: Any, headers: dict[str, str], portal: Portal) -> str:
    """The page of the dataset that it has become."""
    answer = requests.head(uploader.url, headers={**headers, "Tus-Resumable": "1.0.0"}, timeout=10)
    return requests.get(portal.url + answer.headers["Portal-Location"], headers=headers, timeout=10).text


def test_it_sends_a_file_of_several_slices(send: Send, headers: dict[str, str], portal: Portal) -> None:
    content = b"".join(line(f"{number}?", "x" * 900) + b"\n" for number in range(10_000))
    assert len(content) > 2 * SLICE
    uploader = send(content)
    uploader.upload()
    assert "Ready to train." in page_of(uploader, headers, portal)


def test_it_goes_on_where_it_stopped(send: Send, headers: dict[str, str], portal: Portal) -> None:
    content = file_with(b"not json")
    first = send(content, chunk=500)
    first.upload(stop_at=2000)
    second = send(content, url=first.url)
    assert second.offset == 2000
    second.upload()
    assert "Cannot train yet: 1 error on 1 of 61 lines." in page_of(second, headers, portal)


def test_it_finds_its_place_again_after_a_wrong_offset(send: Send) -> None:
    uploader = send(file_with(b"not json, either"), chunk=500, retries=1, retry_delay=0)
    uploader.upload(stop_at=2000)
    uploader.stop_at, uploader.offset = uploader.get_file_size(), 1000
    uploader.upload_chunk()
    assert uploader.offset == 2500


def test_a_file_over_the_limit_is_not_begun(send: Send) -> None:
    uploader = send(b"")
    uploader.get_file_size = lambda: 2**40
    with pytest.raises(TusCommunicationError) as raised:
        uploader.create_url()
    assert raised.value.status_code == 413


def test_a_slice_over_the_limit_of_a_request_is_refused(send: Send) -> None:
    uploader = send(b"x" * (6 * 1024 * 1024), chunk=6 * 1024 * 1024)
    with pytest.raises(TusUploadFailed) as raised:
        uploader.upload()
    assert raised.value.status_code == 413
