"""Fixing a line in the browser: judged while it is typed, saved as the next version."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from datasets import checking, editing, storing
from datasets.editing import Original
from datasets.models import Dataset
from teams.models import AuditEntry, User
from tests.datasets.files import MakeDataset, file_with, good_file, line

GOOD = line("Fixed?").decode()


@pytest.fixture
def client(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


@pytest.fixture
def broken(make_dataset: MakeDataset) -> Dataset:
    """60 good lines with two wrong ones at 31 and 32."""
    return make_dataset(file_with(b'{"messages": [},]', b"nonsense"))


def url(dataset: Dataset, number: int, verb: str = "") -> str:
    return f"/t/lab/datasets/{dataset.pk}/lines/{number}/{verb}"


def save(client: Client, dataset: Dataset, number: int, text: str, **form: str) -> Any:
    return client.post(url(dataset, number, "save/"), {"text": text} | form)


def newest() -> Dataset:
    found = Dataset.objects.order_by("-version").first()
    assert found is not None
    return found


def content(dataset: Dataset) -> bytes:
    with storing.open_file(dataset.path) as file:
        return file.read()


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


# What is typed


def judged(client: Client, dataset: Dataset, text: str) -> str:
    return str(client.post(url(dataset, 31, "judge/"), {"text": text}).content.decode())


def test_a_right_line_says_what_it_holds(client: Client, broken: Dataset) -> None:
    assert "This line is right now: 1 user, 1 assistant." in judged(client, broken, GOOD)


def test_a_wrong_line_says_what_is_wrong_and_where(client: Client, broken: Dataset) -> None:
    text = judged(client, broken, GOOD.replace("assistant", "robot"))
    assert "The role &quot;robot&quot; is not known." in text
    assert "Column " in text


def test_a_line_of_another_format_does_not_fit_the_file(client: Client, broken: Dataset) -> None:
    assert "This line is prompt_completion" in judged(client, broken, '{"prompt": "a", "completion": "b"}')


def test_nothing_is_a_deletion(client: Client, broken: Dataset) -> None:
    assert "saving deletes this line" in judged(client, broken, " \r\n")


def test_several_lines_are_judged_each(client: Client, broken: Dataset) -> None:
    assert "These 2 lines are right now." in judged(client, broken, f"{GOOD}\n{GOOD} ")
    assert "Line 2 of these:" in judged(client, broken, f"{GOOD}\n[")


def test_an_array_is_no_file_here(client: Client, broken: Dataset) -> None:
    assert "The line is JSON, but not an object" in judged(client, broken, "[1]")


def test_what_is_typed_is_text(client: Client, broken: Dataset) -> None:
    assert "<img" not in judged(client, broken, '{"<img src=x>": 1, "<img src=x>": 2}')


# What a field cannot carry


def original(body: bytes) -> Original:
    return Original(1, 0, body, b"\n")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\xef\xbb\xbf{}", "{}"),
        (b'{"a": "\x00"}', r'{"a": "\u0000"}'),
        (b'{"a": "\x08\x0c\r"}', r'{"a": "\b\f\r"}'),
        (b'{"a": "\t"}', '{"a": "\t"}'),
        (b'{"a": "\xb5\xc4"}', r'{"a": "\xB5\xC4"}'),
        ("{\u2028}".encode(), "{\u2028}"),
        ('{"a": "\u202e\u2066"}'.encode(), r'{"a": "\u202e\u2066"}'),
    ],
)
def test_it_is_shown_in_another_way(body: bytes, text: str) -> None:
    assert editing.editable(original(body)).text == text


def test_it_is_said(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(b"\xef\xbb\xbf" + file_with(b'{"a": "\x00\xb5\xc4"}'))
    assert "byte order mark at the start is left out" in client.get(url(dataset, 1)).content.decode()
    text = client.get(url(dataset, 31)).content.decode()
    assert "2 bytes that are not UTF-8" in text
    assert "1 control character is written as JSON writes it" in text


def test_a_very_long_line_is_not_edited_here(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(file_with(line("x" * editing.MAX_BYTES)))
    checking.check(dataset.pk)  # so large a file is otherwise left to a worker
    text = client.get(url(dataset, 31)).content.decode()
    assert "too long to be edited here" in text
    assert "<textarea" not in text
    assert save(client, dataset, 31, GOOD).status_code == 422
    assert "<textarea" in client.get(url(dataset, 32)).content.decode()


# Two people at once


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


# All of a line


def test_a_folded_value_leads_to_the_whole_line(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(file_with(line("x" * 5000).replace(b"user", b"robot")))
    text = client.get(f"/t/lab/datasets/{dataset.pk}/?line=31").content.decode()
    assert f'hx-get="{url(dataset, 31, "text/")}"' in text
    whole = client.get(url(dataset, 31, "text/"), headers={"HX-Request": "true"}).content.decode()
    assert "x" * 5000 in whole
    assert "folded" not in whole


def test_a_huge_line_comes_in_parts(client: Client, make_dataset: MakeDataset) -> None:
    huge = "词" * 200_000
    dataset = make_dataset(file_with(line(huge)))
    parts, start = [], "0"
    while start:
        answer = client.get(url(dataset, 31, "text/"), {"from": start}, headers={"HX-Request": "true"})
        parts.append(answer.content.decode())
        more = re.search(r"from=(\d+)", parts[-1])
        start = more[1] if more else ""
    assert len(parts) == 3
    assert ("".join(parts).count("词"), "".join(parts).count("\ufffd")) == (200_000, 0)


def test_many_unseen_characters_have_one_label(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(file_with(b'"' + b"\x00" * 100_000 + b'"'))
    text = client.get(url(dataset, 31, "text/")).content.decode()
    assert "NUL × 100,000" in text
    assert len(text) < 20_000


def test_a_line_can_be_downloaded(client: Client, broken: Dataset) -> None:
    answer: Any = client.get(url(broken, 32, "raw/"))
    assert b"".join(answer.streaming_content) == b"nonsense\n"
    assert answer["Content-Disposition"] == 'attachment; filename="a.v1.line-32.jsonl"'
    assert answer["X-Content-Type-Options"] == "nosniff"


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
