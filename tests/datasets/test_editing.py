"""Saving a line that was edited in the browser: it is the next version."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from datasets import checking, editing
from datasets.models import Dataset
from teams.models import AuditEntry, User
from tests.datasets.editor import GOOD, save, url
from tests.datasets.files import MakeDataset, content, file_with, good_file, line, newest


@pytest.fixture
def client(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


def test_an_edit_is_a_new_version_of_its_parent(client: Client, broken: Dataset, member: User) -> None:
    save(client, broken, 31, GOOD)
    made = newest()
    assert (made.version, made.parent, made.uploaded_by) == (2, broken, member)
    assert made.made_by == {"kind": "edit", "line": 31}
    assert content(made) == file_with(GOOD.encode(), b"nonsense")


def test_the_old_version_stays_as_it_is(client: Client, broken: Dataset) -> None:
    before = content(broken)
    save(client, broken, 31, GOOD)
    broken.refresh_from_db()
    assert (content(broken), broken.error_count) == (before, 2)


def test_the_new_version_is_judged(client: Client, broken: Dataset) -> None:
    save(client, broken, 31, GOOD)
    assert (newest().state, newest().counts) == ("refused", {"invalid_json": 1})
    save(client, newest(), 32, "")
    assert (newest().state, newest().lines) == ("ready", 61)


def test_it_is_recorded(client: Client, broken: Dataset, member: User) -> None:
    save(client, broken, 31, GOOD)
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.actor, entry.verb, entry.target, entry.detail) == (
        member, "dataset.edit", "a.jsonl v2", {"line": 31},
    )  # fmt: skip


def test_a_save_shows_the_line_in_the_new_version(client: Client, broken: Dataset) -> None:
    assert save(client, broken, 31, GOOD)["Location"] == f"/t/lab/datasets/{newest().pk}/?line=31#L31"


def test_a_save_can_go_to_the_next_error(client: Client, broken: Dataset) -> None:
    answer = save(client, broken, 31, GOOD, then="next")
    assert answer["Location"] == f"/t/lab/datasets/{newest().pk}/?line=32&fix=1"
    assert 'name="text"' in client.get(answer["Location"]).content.decode()


def test_the_next_error_after_the_last_is_the_first(client: Client, broken: Dataset) -> None:
    assert "?line=31&fix=1" in save(client, broken, 32, GOOD, then="next")["Location"]


def test_the_next_error_is_known_while_a_large_file_is_checked(
    client: Client, broken: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editing, "check_edited", lambda *_args: None)
    address = save(client, broken, 31, f"{GOOD}\n{GOOD} ", then="next")["Location"]
    assert "?line=33&fix=1" in address
    assert "&amp;line=33&amp;fix=1" in client.get(address).content.decode()
    checking.check(newest().pk)
    text = client.get(f"/t/lab/datasets/{newest().pk}/progress/?seen=0&line=33&fix=1").content.decode()
    assert "nonsense</textarea>" in text


def test_an_unchanged_line_makes_no_version(client: Client, broken: Dataset) -> None:
    answer = client.post(url(broken, 32, "save/"), {"text": "nonsense"}, follow=True)
    assert "Nothing was changed" in answer.content.decode()
    assert Dataset.objects.count() == 1


def test_a_line_can_become_several(client: Client, broken: Dataset) -> None:
    save(client, broken, 31, f"{GOOD}\r\n\r\n{line('Two?').decode()}")
    assert content(newest()) == file_with(GOOD.encode(), line("Two?"), b"nonsense")


def test_line_ends_stay_as_they_are(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file().replace(b"\n", b"\r\n").removesuffix(b"\r\n"))
    save(client, dataset, 2, GOOD)
    save(client, newest(), 60, GOOD)
    expected = good_file().splitlines()
    expected[1] = expected[59] = GOOD.encode()
    assert content(newest()) == b"\r\n".join(expected)


def test_the_last_line_can_be_deleted(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file(61))
    save(client, dataset, 61, "  ")
    assert content(newest()) == good_file(60)


@pytest.mark.parametrize("number", [0, 63, 10**30])
def test_a_line_that_is_not_there_is_not_found(client: Client, broken: Dataset, number: int) -> None:
    for verb in ("", "text/", "raw/"):
        assert client.get(url(broken, number, verb)).status_code == 404
    assert save(client, broken, number, GOOD).status_code == 404


def test_a_viewer_sees_the_line_but_no_editor(
    client_for: Callable[[User], Client], broken: Dataset, viewer: User
) -> None:
    text = client_for(viewer).get(url(broken, 31)).content.decode()
    assert "Line 31, column" in text
    assert "<textarea" not in text
    assert save(client_for(viewer), broken, 31, GOOD).status_code == 403


def test_an_outsider_finds_nothing(client_for: Callable[[User], Client], broken: Dataset, outsider: User) -> None:
    assert save(client_for(outsider), broken, 31, GOOD).status_code == 404
    assert Dataset.objects.count() == 1


def test_the_editor_alone_comes_to_htmx(client: Client, broken: Dataset) -> None:
    text = client.get(url(broken, 32), headers={"HX-Request": "true"}).content.decode()
    assert text.strip().startswith("<form")
    assert "\nnonsense</textarea>" in text
    assert "Save as v2" in text


def test_a_very_long_line_is_not_edited_here(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(file_with(line("x" * editing.MAX_BYTES)))
    checking.check(dataset.pk)  # so large a file is otherwise left to a worker
    text = client.get(url(dataset, 31)).content.decode()
    assert "too long to be edited here" in text
    assert "<textarea" not in text
    assert save(client, dataset, 31, GOOD).status_code == 422
    assert "<textarea" in client.get(url(dataset, 32)).content.decode()


def test_a_save_on_an_old_version_is_offered_for_the_newest(client: Client, broken: Dataset) -> None:
    save(client, broken, 31, "")
    answer = save(client, broken, 32, GOOD)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "The same line stands in v2 as line 31." in text
    assert f'action="{url(newest(), 31, "save/")}"' in text
    assert "Fixed?" in text
    assert Dataset.objects.count() == 2
    save(client, newest(), 31, GOOD)
    assert content(newest()) == file_with(GOOD.encode())


def test_a_line_that_both_changed_is_not_overwritten(client: Client, broken: Dataset) -> None:
    save(client, broken, 31, GOOD)
    text = save(client, broken, 31, line("Other?").decode()).content.decode()
    assert "In v2 this line was changed or deleted." in text
    assert "Apply it to" not in text
    assert "Other?" in text


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_wins_and_the_other_is_told(
    client_for: Callable[[User], Client], member: User, admin: User, broken: Dataset
) -> None:
    """On different lines of one version; what the loser typed is offered for the version of the winner."""
    answers: dict[int, Any] = {}
    together = threading.Barrier(2)

    def send(user: User, number: int) -> None:
        client = client_for(user)
        together.wait()
        try:
            answers[number] = save(client, broken, number, line(f"Fixed {number}?").decode())
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=each) for each in ((member, 31), (admin, 32))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
    assert Dataset.objects.count() == 2
    won, lost = sorted(answers, key=lambda number: answers[number].status_code)
    lines = content(newest()).splitlines()
    assert lines[won - 1] == line(f"Fixed {won}?")
    assert lines[lost - 1] == content(broken).splitlines()[lost - 1]
    assert f"Fixed {lost}?" in answers[lost].content.decode()
    again = save(client_for(member), newest(), lost, line(f"Fixed {lost}?").decode())
    assert again.status_code == 302
    assert content(newest()) == file_with(line("Fixed 31?"), line("Fixed 32?"))
