from __future__ import annotations

import json

import pytest

from tests.datasets.samples import Spots, conversation, errors, warnings

FIRST, SECOND, THIRD, FOURTH = 15, 51, 92, 133  # where the messages of a `conversation` may begin


def codes(spots: Spots) -> list[str]:
    return [code for code, _ in spots]


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        ("s", ["no_user_message"]),
        ("u a", []),
        ("s u a", []),
        ("u a u a", []),
        ("u a s", ["misplaced_system"]),
        ("s s u a", ["misplaced_system"]),
        ("s s", ["no_user_message", "misplaced_system"]),
        ("u s u a", ["misplaced_system", "consecutive_user"]),
        ("u", ["ends_with_user"]),
        ("u a u", ["ends_with_user"]),
        ("a", ["starts_with_assistant"]),
        ("a u", ["starts_with_assistant", "ends_with_user"]),
        ("u u", ["consecutive_user", "ends_with_user"]),
        ("u u u a", ["consecutive_user", "consecutive_user"]),
        ("u a a", ["consecutive_assistant"]),
        ("a a", ["starts_with_assistant", "consecutive_assistant"]),
        ("s a u a", ["starts_with_assistant"]),
        ("robot a", ["unknown_role"]),
        ("robot s", ["unknown_role", "misplaced_system"]),
        ("User a", ["unknown_role"]),
    ],
)
def test_the_order_of_roles(roles: str, expected: list[str]) -> None:
    names = {"s": "system", "u": "user", "a": "assistant"}
    line = conversation(*(names.get(role, role) for role in roles.split()))
    assert codes(errors(line)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{}", [("unknown_format", 1)]),
        (' {"a": 1}', [("unknown_format", 2)]),
        ('{"prompt": "a", "text": "b"}', [("mixed_formats", 17)]),
        ('{"messages": 1, "completion": 2}', [("mixed_formats", 17)]),
        ('{"prompt": "a"}', [("missing_field", 1)]),
        ('{"completion": "a"}', [("missing_field", 1)]),
        ('{"prompt": null, "completion": ["a"]}', [("wrong_type", 12), ("wrong_type", 32)]),
        ('{"completion": 1}', [("missing_field", 1), ("wrong_type", 16)]),
        ('{"text": {}}', [("wrong_type", 10)]),
        ('{"messages": "a"}', [("wrong_type", 14)]),
        ('{"messages": null}', [("wrong_type", 14)]),
        ('{"messages": []}', [("empty_messages", 14)]),
        ('{"messages": [1, []]}', [("wrong_type", 15), ("wrong_type", 18)]),
        ('{"messages": [{}]}', [("missing_field", 15), ("missing_field", 15)]),
        ('{"messages": [{"role": 1, "content": null}]}', [("wrong_type", 24), ("wrong_type", 38)]),
        ('{"messages": [{"content": [], "role": "user"}]}', [("wrong_type", 27), ("ends_with_user", 15)]),
        ('{"messages": [{"role": "user"}]}', [("missing_field", 15), ("ends_with_user", 15)]),
        ('{"messages": [{"role": "tool", "content": ""}]}', [("unknown_role", 24)]),
        ('{"messages": [{"role": "us\\u0065r", "content": ""}]}', [("ends_with_user", 15)]),
    ],
)
def test_the_shape_of_an_example(line: str, expected: Spots) -> None:
    assert sorted(errors(line)) == sorted(expected)


def test_two_user_messages_in_a_row_are_marked_at_the_second() -> None:
    line = '{"messages": [{"role": "user", "content": "我的发票抬头写错了"}, {"role": "user", "content": "88"}, '
    line += '{"role": "assistant", "content": "好"}]}'
    assert errors(line) == [("consecutive_user", 57)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"prompt": "a", "completion": "b", "id": 1}', [("extra_key", 36)]),
        ('{"prompt": "", "completion": " \\n"}', [("empty_content", 12), ("empty_content", 30)]),
        ('{"prompt": " a", "completion": "b\\n"}', [("surrounding_whitespace", 12), ("surrounding_whitespace", 32)]),
        ('{"prompt": "a b", "completion": "\\u3000b"}', [("surrounding_whitespace", 33)]),
        ('{"id": {"a": 1}, "prompt": "a", "completion": "b"}', [("extra_key", 2)]),
    ],
)
def test_what_is_odd_about_a_pair(line: str, expected: Spots) -> None:
    assert warnings(line) == expected


def test_what_is_odd_about_messages() -> None:
    first = {"role": "user", "name": "lin", "content": " q"}
    line = json.dumps({"messages": [first, {"content": "", "role": "assistant"}], "id": 7})
    assert codes(warnings(line)) == ["extra_key", "surrounding_whitespace", "empty_content", "extra_key"]


def test_a_line_with_an_error_gets_no_warning() -> None:
    assert warnings('{"messages": [{"role": "user", "content": " "}], "id": 1}') == []
