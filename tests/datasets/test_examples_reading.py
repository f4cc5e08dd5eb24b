"""Lines as messages, in all three formats."""

from __future__ import annotations

import pytest

from datasets.examples import Said, read

PAIR = [Said("user", "q"), Said("assistant", "a")]


@pytest.mark.parametrize(
    "line",
    [
        rb'{"messages": [{"role": "user", "content": "q"}, {"content": "a", "role": "assistant"}]}',
        rb'{"prompt": "q", "completion": "a", "id": 1e999}',
        rb'{"prompt": "q", "completion": "a", "id": 123456789012345678901234567890}',
        rb'{"\u0070rompt": "\u0071", "completion": "a"}' + b"\r\n",
        rb'{"text": "\n\nHuman: q\n\nAssistant: a"}',
        rb'{"text": "\n\nHuman:q\n\nAssistant:a"}',
    ],
)
def test_it_reads_every_format(line: bytes) -> None:
    assert read(line) == PAIR


def test_text_keeps_all_but_the_space_and_the_newlines_of_the_markers() -> None:
    assert read(rb'{"text": "\n\nHuman:  q\n\nb\n\nAssistant: \n\nHuman: c\n\nAssistant: d\n"}') == [
        Said("user", " q\n\nb"),
        Said("assistant", ""),
        Said("user", "c"),
        Said("assistant", "d\n"),
    ]


@pytest.mark.parametrize(
    "line", [b"", b"x", b"[]", b'{"a": 1}', b'{"prompt": "q"}', b'{"prompt": "\xff"}', b"[" * 5000]
)
def test_what_cannot_be_read_is_nothing(line: bytes) -> None:
    assert read(line) is None
