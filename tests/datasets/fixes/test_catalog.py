"""Which fixes a report calls for."""

import pytest

from datasets.fixes import catalog
from datasets.models import Dataset


def dataset(**fields: object) -> Dataset:
    return Dataset(name="a.jsonl", **fields)


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ({}, []),
        ({"counts": {"blank_line": 9, "utf8_bom": 1}, "error_lines": 10}, ["strip_bom", "drop_blank", "drop_bad"]),
        ({"counts": {"utf16": 1}}, ["utf16"]),
        ({"counts": {"json_array": 1}}, ["to_lines"]),
        ({"counts": {"pretty_printed_json": 1}}, ["to_lines"]),
        ({"crlf_lines": 3}, ["crlf"]),
        ({"warning_counts": {"duplicate_line": 2}}, ["drop_duplicates"]),
        ({"format": "text"}, ["text_to_messages"]),
        ({"format": "prompt_completion"}, ["prompt_to_messages"]),
        ({"counts": {"mixed_formats": 1}, "error_lines": 1}, ["text_to_messages", "prompt_to_messages", "drop_bad"]),
        ({"counts": {"bad_marker_spacing": 1}, "error_lines": 1}, ["space_markers", "drop_bad"]),
        ({"counts": {"too_few_lines": 1}}, []),
    ],
)
def test_they_follow_from_the_report(fields: dict[str, object], keys: list[str]) -> None:
    assert [offer.key for offer in catalog.offers(dataset(**{"examples": 60, "format": "messages"} | fields))] == keys


def test_counts_are_said() -> None:
    (blank,) = catalog.offers(dataset(counts={"blank_line": 1204}))
    assert (blank.words, blank.effect, blank.is_chosen) == ("Drop 1,204 blank lines", "1,204 errors go", True)


def test_what_takes_lines_away_is_not_chosen_at_first() -> None:
    offers = catalog.offers(dataset(error_lines=1, warning_counts={"duplicate_line": 1}))
    assert [offer.is_chosen for offer in offers] == [False, False]


def test_what_was_chosen_stays_chosen() -> None:
    (blank,) = catalog.offers(dataset(counts={"blank_line": 1}), [])
    assert not blank.is_chosen


def test_unknown_names_are_left_out_and_the_order_is_ours() -> None:
    assert catalog.known(["drop_bad", "x", "strip_bom"]) == ["strip_bom", "drop_bad"]
