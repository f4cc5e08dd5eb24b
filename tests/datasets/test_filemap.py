"""The map of a file shows all errors, listed or not, and the warnings that are listed."""

import re
from collections.abc import Callable

from django.test import Client

from datasets import filemap
from teams.models import User
from tests.datasets.files import MakeDataset, file_with
from tests.datasets.samples import judge


def test_more_errors_make_a_taller_tick() -> None:
    drawn = filemap.draw([0, 1, 64, 256], [], 1024, None)
    assert drawn.errors == "M333 5.8V10M666 4V10M1000 2V10"


def test_where_all_is_wrong_all_ticks_are_as_tall() -> None:
    error_map = judge(b"[]\n" * 391).error_map
    assert set(re.findall(r" (\d+)V", filemap.draw(error_map, [], 391, None).errors)) == {"2"}


def test_single_errors_stand_out() -> None:
    assert filemap.draw([1, 0, 1], [], 3, 2).errors == "M0 2V10M1000 2V10"


def test_warnings_are_short_and_the_line_that_is_shown_is_marked() -> None:
    drawn = filemap.draw([], [(False, 3)], 3, 2)
    assert (drawn.warnings, drawn.here, drawn.errors, drawn.spread) == ("M1000 8V10", "M500 0V10", "", None)


def test_the_first_and_the_last_error_are_said() -> None:
    assert filemap.draw([1, 1], [(True, 9), (True, 2), (False, 1)], 9, None).spread == (2, 9)


def test_what_is_not_listed_is_on_the_page_too(
    make_dataset: MakeDataset, client_for: Callable[[User], Client], member: User
) -> None:
    dataset = make_dataset(file_with(*[b"wrong"] * 300))
    text = client_for(member).get(f"/t/lab/datasets/{dataset.pk}/").content.decode()
    assert dataset.issues.count() == 101
    path = text.split('class="m1" d="')[1].split('"')[0]
    assert len(path.split("M")[1:]) > 200
