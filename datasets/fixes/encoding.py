"""UTF-16 and UTF-32 into UTF-8, in constant memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from datasets.limits import SNIFF_BYTES

MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before that of UTF-16, which begins like it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
MARK = "\ufeff"


def to_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same text in UTF-8, without a byte order mark. What is no text in its encoding becomes U+FFFD."""
    source = iter(chunks)
    head = b""
    for chunk in source:
        head += chunk
        if len(head) >= SNIFF_BYTES:
            break
    decoder = codecs.getincrementaldecoder(encoding_of(head))("replace")
    yield decoder.decode(head).removeprefix(MARK).encode()
    for chunk in source:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def encoding_of(head: bytes) -> str:
    """The encoding that the beginning of a file says: by its mark, else by where its NULs are; UTF-8 if nowhere."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    sample = head[:SNIFF_BYTES]
    if b"\0" not in sample:
        return "utf-8"
    return "utf-16-be" if sample[0::2].count(0) > sample[1::2].count(0) else "utf-16-le"
