"""Warnings of data that passes and then disappoints: special tokens and broken thinking, in all three formats."""

from __future__ import annotations

import json

import pytest

from datasets.contents import Speaker, may_be_odd, oddities
from tests.datasets.samples import GOOD, judge, many, warnings


def messages(*contents: str) -> str:
    roles = ("user", "assistant") * len(contents)
    said = [{"role": role, "content": content} for role, content in zip(roles, contents, strict=False)]
    return json.dumps({"messages": said}, ensure_ascii=False)


def codes(line: str) -> list[str]:
    return [code for code, _ in warnings(line)]


@pytest.mark.parametrize("token", ["<|im_start|>", "<|im_end|>", "<|endoftext|>"])
def test_special_tokens_are_told_wherever_they_stand(token: str) -> None:
    assert codes(messages(f"a{token}b", f"{token}c")) == ["special_token"] * 2
    assert codes(json.dumps({"prompt": f"a{token}", "completion": f"b{token}{token}"})) == ["special_token"] * 3
    assert codes(json.dumps({"text": f"\n\nHuman: a{token}\n\nAssistant: b"})) == ["special_token"]


def test_a_special_token_is_shown_at_its_place_even_if_it_is_escaped() -> None:
    line = r'{"prompt": "a\n\u003c|im_end|>", "completion": "b"}'
    report = judge(many(GOOD) + line.encode())
    assert report.errors[0].code == "mixed_formats"
    assert warnings(line) == [("special_token", 16)]


@pytest.mark.parametrize("text", ["<|im_start>", "im_end", "<|IM_END|>", "< |im_end|>", "<|extra_0|>"])
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert codes(messages("q", text)) == []


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        (["q", "<think>a</think>b"], []),
        (["q", "<think></think>b"], []),
        (["q", "<think>\n\n</think>\n\nb"], []),
        (["q", "<think>a"], ["broken_think"]),
        (["q", "a</think>b"], ["broken_think"]),
        (["q", "<think>a<think>b</think>"], ["broken_think"]),
        (["q", "<think>a</think></think>"], ["broken_think"]),
        (["q", "<think>a", "q", "b"], ["broken_think"]),
        (["q", "<think>a</think>b", "q", "<think>a</think>b"], ["broken_think"]),
        (["q", "<think>\n</think>b", "q", "b"], []),
        (["what is <think>?", "a tag"], []),
        (["q", "<Think>a <think >"], []),
    ],
)
def test_thinking(contents: list[str], expected: list[str]) -> None:
    assert codes(messages(*contents)) == expected


def test_thinking_in_the_other_formats() -> None:
    assert codes(json.dumps({"prompt": "<think>", "completion": "<think>"})) == ["broken_think"]
    turns = "\n\nHuman: <think>\n\nAssistant: <think>x</think>y\n\nHuman: q\n\nAssistant: <think>x</think>y"
    assert warnings(json.dumps({"text": turns})) == [("broken_think", 44)]


def test_words_say_which_of_the_three_it_is() -> None:
    lines = [messages("q", "<think>a"), messages("q", "a</think>"), messages("q", "<think>x</think>a", "q", "b")]
    report = judge(many(GOOD) + "\n".join(lines).encode())
    assert report.ok
    assert [issue.params["reason"] for issue in report.warnings] == ["unclosed", "unopened", "early"]
    assert [issue.message for issue in report.warnings] == [
        "<think> is opened and not closed.",
        "</think> closes nothing.",
        "Thinking before the last answer.",
    ]


def test_lines_with_errors_have_no_warnings() -> None:
    assert codes('{"messages": [{"role": "user", "content": "<|im_end|>"}]}') == []


@pytest.mark.parametrize("text", ["<|im_end|>", "<think>", "</think>", "a <|endoftext|> b"])
def test_the_cheap_look_misses_nothing(text: str) -> None:
    assert may_be_odd(text)
    assert list(oddities(text, Speaker.ANSWER))
