from __future__ import annotations

import json

import pytest

from tests.datasets.samples import Spots, errors, warnings


def line(text: str) -> str:
    return json.dumps({"text": text}, ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        "\n\nHuman: q\n\nAssistant: a",
        "\n\nHuman:q\n\nAssistant:a",
        "\n\nHuman: q\n\nmore\n\nAssistant: a\n\nb",
        "\n\nHuman: q\n\nAssistant: a\n\nHuman: q\n\nAssistant: a",
        "\n\nHuman: say Human: twice, assistant: too\n\nAssistant: Human: a",
        "\n\nHuman: q\n\nAssistant:",
        "\n\nHuman: \n\nAssistant: ",
    ],
)
def test_it_takes_markers_after_exactly_two_newlines(text: str) -> None:
    assert errors(line(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("missing_human_marker", 10), ("missing_assistant_marker", 10)]),
        ("human: q", [("missing_human_marker", 10), ("missing_assistant_marker", 10)]),
        ("\n\nHuman: q", [("missing_assistant_marker", 10)]),
        ("\n\nHuman: q Assistant: a", [("missing_assistant_marker", 10)]),
        ("\n\nAssistant: a", [("missing_human_marker", 10)]),
        ("Human: q\n\nAssistant: a", [("bad_marker_spacing", 11)]),
        ("\nHuman: q\n\nAssistant: a", [("bad_marker_spacing", 13)]),
        ("\n\n\nHuman: q\n\nAssistant: a", [("bad_marker_spacing", 17)]),
        ("hi\n\nHuman: q\n\nAssistant: a", [("bad_marker_spacing", 17)]),
        ("\n\n Human: q\n\nAssistant: a", [("bad_marker_spacing", 16)]),
        ("\n\n\tHuman: q\n\nAssistant: a", [("bad_marker_spacing", 17)]),
        ("\n\nHuman: q\nAssistant: a", [("bad_marker_spacing", 25)]),
        ("\n\nHuman: q\n\n\nAssistant: a", [("bad_marker_spacing", 29)]),
        ("\n\nHuman: q \n\nAssistant: a", [("bad_marker_spacing", 28)]),
        ("\n\nHuman: q\n\n Assistant: a", [("bad_marker_spacing", 28)]),
        ("\n\nHuman:  \n\nAssistant: a", [("bad_marker_spacing", 27)]),
        ("\n\nHuman: q\r\n\r\nAssistant: a", [("bad_marker_spacing", 31)]),
        ("Human: q\nAssistant: a", [("bad_marker_spacing", 11), ("bad_marker_spacing", 21)]),
    ],
)
def test_it_says_which_marker_is_wrong(text: str, expected: Spots) -> None:
    assert errors(line(text)) == expected


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ("AH", ["starts_with_assistant", "ends_with_user"]),
        ("HHA", ["consecutive_user"]),
        ("HAA", ["consecutive_assistant"]),
        ("HAH", ["ends_with_user"]),
    ],
)
def test_turns_come_in_pairs(turns: str, expected: list[str]) -> None:
    text = "".join(f"\n\n{'Human' if turn == 'H' else 'Assistant'}: x" for turn in turns)
    assert [code for code, _ in errors(line(text))] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\n\nHuman: q\n\nAssistant: a", []),
        ("\n\nHuman:\n\nAssistant: a", [("empty_content", 15)]),
        ("\n\nHuman: \n\nAssistant: a", [("empty_content", 15)]),
        ("\n\nHuman:  q\n\nAssistant: a\n", [("surrounding_whitespace", 15), ("surrounding_whitespace", 28)]),
        ("\n\nHuman: q\n\nAssistant: ", [("empty_content", 27)]),
    ],
)
def test_what_is_odd_about_a_content(text: str, expected: Spots) -> None:
    assert warnings(line(text)) == expected
