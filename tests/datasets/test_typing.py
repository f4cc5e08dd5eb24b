"""What is said of a line while it is typed."""

from collections.abc import Callable

import pytest
from django.test import Client

from datasets.models import Dataset
from teams.models import User
from tests.datasets.editor import GOOD, url


@pytest.fixture
def client(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


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
