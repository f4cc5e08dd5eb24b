"""Messages as bubbles: thinking apart, long ones cut with their size, what cannot be seen named."""

from __future__ import annotations

import pytest

from datasets.examples import Said
from datasets.talk import EXAMPLE_SHOWN, MESSAGE_SHOWN, MESSAGES_SHOWN, Bubble, Piece, talk


def bubble(content: str, role: str = "assistant", search: str = "") -> Bubble:
    return talk([Said(role, content)], search).bubbles[0]


def shown(pieces: list[Piece]) -> str:
    return "".join(f"[{piece.text}]" if piece.is_label else piece.text for piece in pieces)


def test_a_short_message_is_shown_as_it_is() -> None:
    assert bubble("第一行\n\t第二行").pieces == [Piece("第一行\n\t第二行")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [("a\0b", "a[NUL]b"), ("a\u202eb", "a[RLO]b"), ("\ud800", "[U+D800]"), ("a\r\nb", "a[CR]\nb"), ("", "[empty]")],
)
def test_what_cannot_be_seen_is_named(content: str, expected: str) -> None:
    assert shown(bubble(content).pieces) == expected


@pytest.mark.parametrize(
    ("content", "thinking", "rest"),
    [
        ("<think>\nwhy\n</think>\n\nso", "why", "so"),
        ("  <think>why</think>so", "why", "so"),
        ("<think>\n\n</think>\n\nso", "[empty]", "so"),
        ("<think>why", None, "<think>why"),
        ("so <think>why</think>", None, "so <think>why</think>"),
    ],
)
def test_thinking_stands_apart(content: str, thinking: str | None, rest: str) -> None:
    found = bubble(content)
    assert (None if found.thinking is None else shown(found.thinking)) == thinking
    assert shown(found.pieces) == rest


def test_only_the_assistant_thinks() -> None:
    assert bubble("<think>a</think>b", role="user").thinking is None


def test_ten_million_characters_are_cut_with_their_number() -> None:
    pieces = bubble("x" * 10_000_000).pieces
    assert pieces == [Piece("x" * MESSAGE_SHOWN), Piece("9,998,000 characters more", is_label=True)]


def test_an_example_of_many_messages_stays_small() -> None:
    example = talk([Said("user", "y" * 5000)] * 200)
    assert (len(example.bubbles), example.more, example.total) == (MESSAGES_SHOWN, 150, 200)
    assert example.characters == 1_000_000
    assert sum(len(shown(b.pieces)) for b in example.bubbles) < EXAMPLE_SHOWN + 100 * 200


def test_what_was_searched_for_is_marked() -> None:
    pieces = bubble("A cat, a CAT", search="cat").pieces
    assert [(piece.text, piece.is_hit) for piece in pieces] == [
        ("A ", False),
        ("cat", True),
        (", a ", False),
        ("CAT", True),
    ]


def test_a_hit_far_down_is_shown() -> None:
    text = shown(bubble("x" * 50_000 + "cat" + "y" * 50_000, search="cat").pieces)
    assert text.startswith("[49,800 characters more]x")
    assert "cat" in text
    assert text.endswith("characters more]")
