"""The short way says nothing that the judge would not say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets import clean
from datasets.findings import Findings
from datasets.limits import Limits
from datasets.validation import judge_block
from tests.datasets.samples import GOOD, PAIR, TEXT, conversation

CONTENT = st.text('aä我 \n\u2028\x00"\\{[', max_size=5) | st.sampled_from(["q", "a b", "<think>x", "<|im_end|>"])
ODD = st.none() | st.integers() | st.lists(CONTENT, max_size=1)
ROLE = st.sampled_from(["user", "assistant"]) | st.sampled_from(["system", "User", ""])
MESSAGE = st.builds(lambda role, content: {"role": role, "content": content}, ROLE, CONTENT)
EXAMPLE = (
    st.builds(lambda messages: {"messages": messages}, st.lists(MESSAGE, max_size=4) | ODD)
    | st.builds(lambda prompt, completion: {"prompt": prompt, "completion": completion}, CONTENT, CONTENT | ODD)
    | st.dictionaries(st.sampled_from(["messages", "prompt", "completion", "text", "x"]), CONTENT | ODD)
)


def without_the_short_way(block: bytes) -> Findings:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clean, "without_errors", lambda _text: None)
        return judge_block(block, 0, Limits())


@settings(max_examples=400)
@given(EXAMPLE, st.booleans(), st.data())
def test_the_short_way_changes_no_finding(value: Any, ascii_only: bool, data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    if data.draw(st.booleans()):
        position = data.draw(st.integers(0, len(text)))
        text = (
            text[:position]
            + data.draw(st.sampled_from(["", " ", ",", '"', "\\ud800", "\r", "NaN"]))
            + text[position + 1 :]
        )
    line = text.encode()
    assert judge_block(line) == without_the_short_way(line)


@pytest.mark.parametrize("line", [GOOD, PAIR, conversation("system", "user", "assistant").encode()])
def test_it_takes_what_is_good(line: bytes) -> None:
    assert clean.without_errors(line.decode()) is not None
    assert judge_block(line) == without_the_short_way(line)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"messages": [' + '{"role": "user", "content": "a"}, ' * 200 + "1]}",
        '{"prompt": NaN, "completion": "a"}',
        '{"prompt": "\\ud800", "completion": "a"}',
        '{"prompt": "a", "prompt": "a"}',
        '{"prompt": ' + "1" * 5000 + ', "completion": "a"}',
        '[["prompt", "a"], ["completion", "b"]]',
        '[["messages", []]]',
        TEXT.decode(),
    ],
)
def test_it_leaves_to_the_judge_what_is_odd(text: str) -> None:
    assert clean.without_errors(text) is None
