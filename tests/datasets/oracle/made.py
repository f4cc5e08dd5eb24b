"""Whole files, as hypothesis makes them: good ones, spoilt ones and hostile ones."""

from __future__ import annotations

import json
import re

from hypothesis import strategies as st

from tests.datasets.oracle.written import (
    ANYTHING,
    EXAMPLES,
    GOOD_EXAMPLES,
    PAIRS,
    SCALARS,
    good_texts,
    good_turns,
    spoilt,
    written,
)

BOM = b"\xef\xbb\xbf"
GOOD = [
    b'{"messages":[{"role":"user","content":"%d"},{"role":"assistant","content":"a"}]}',
    b'{"prompt":"%d","completion":"a"}',
    rb'{"text":"\n\nHuman: %d\n\nAssistant: a"}',
]

EXAMPLE_LINES = EXAMPLES.flatmap(written)
SPOILT_LINES = (GOOD_EXAMPLES | EXAMPLES).flatmap(spoilt).flatmap(written)
TWICE_SPOILT_LINES = EXAMPLES.flatmap(spoilt).flatmap(spoilt).flatmap(written)

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
TOKENS = SCALARS | st.sampled_from(["messages", "role", "content", "prompt", "text", "user", "system", "a"]).map(
    json.dumps
)


@st.composite
def swapped(draw: st.DrawFn, line: str) -> str:
    """A good line with another token in place of one of its strings: hardly different, and good no more."""
    strings = list(STRING.finditer(line))
    old = draw(st.sampled_from(strings))
    new = draw(TOKENS | st.sampled_from([string[0] for string in strings]))
    return line[: old.start()] + new + line[old.end() :]


SWAPPED_LINES = GOOD_EXAMPLES.flatmap(written).flatmap(swapped)

ODD_LINES = st.sampled_from([
    b"", b" ", b"\r", b"\t \r", b"\x0b", b"\x0c", b"\xc2\xa0", b"\xe2\x80\xa8", b"\x00", b"\x00\x00", b"\xff",
    b"\xff\xfe", b"{}", b"[]", b"[", b"{", b"}", b"]", b"null", b"1", b'"a"', b"{} {}", b"{}{}", b"[1,", b'{"a":',
    b"{,}", b"// x", BOM, BOM + b"{}", BOM + BOM + b"{}", b" " + BOM + b"{}", b"{}" + BOM, b"\xef\xbb", b"\xfe\xff",
    b"# x", b"{'a': 1}", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80",
    b'{"a": "\xe4\xb8"}', b'"\\ud83d"', b'"\\ud83d\\ude00"', b'{"a":1,"\\u0061":2}', b'{"text":"","text":""}',
    b"\xf0\x9f\x98",
    b'{"messages":[{"role":"user","role":"user","content":"a"}]}',
])  # fmt: skip


@st.composite
def bombs(draw: st.DrawFn) -> bytes:
    """Nested about as deep as is allowed, or much deeper; closed or not."""
    depth = draw(st.sampled_from([98, 99, 100, 101, 102, 500, 5000]))
    opening, closing = draw(st.sampled_from([(b"[", b"]"), (b'{"a":', b"}"), (b'[{"messages":', b"}]")]))
    inside = draw(st.sampled_from([b"", b"1", b"{}", b"[]", b'{"a":1,"a":2}']))
    bomb = (
        opening * (depth // len(opening.split(b"{"))) + inside + closing * draw(st.sampled_from([0, depth, depth - 1]))
    )
    return draw(st.sampled_from([bomb, b'{"text":"\\n\\nHuman: a\\n\\nAssistant: b","x":' + bomb + b"}"]))


TIDY_LINES = st.one_of(
    EXAMPLE_LINES, EXAMPLE_LINES, SPOILT_LINES, SPOILT_LINES, TWICE_SPOILT_LINES, SWAPPED_LINES, SWAPPED_LINES
).map(str.encode)
ANY_LINES = st.one_of(
    TIDY_LINES, ANYTHING.flatmap(written).map(str.encode), ODD_LINES, ODD_LINES, bombs(), st.binary(max_size=12)
)


LINE_ENDS = st.sampled_from(
    [[b"\n"], [b"\n"], [b"\n"], [b"\r\n"], [b"\n", b"\r\n"], [b"\r"], [b"\n", b"\n\n\n\n", b"\r", b"\r\n\r\n\r\n"]]
)


@st.composite
def joined(draw: st.DrawFn, of: st.SearchStrategy[bytes]) -> bytes:
    """Some lines, some of them twice, with line ends of one kind or of all, and enough good ones or nearly so."""
    lines = draw(st.lists(of, max_size=6))
    if lines:
        lines += draw(st.lists(st.sampled_from(lines), max_size=2))
    count = draw(st.sampled_from([0, 0, 0, 1, 3, 47, 49, 50, 51]))
    good = draw(st.sampled_from(GOOD))
    padding = [good % number for number in range(count)]
    lines = padding + lines if draw(st.booleans()) else lines + padding
    ends = draw(LINE_ENDS)
    file = b"".join(line + draw(st.sampled_from(ends)) for line in lines)
    return file if draw(st.booleans()) else file[:-1]


@st.composite
def good(draw: st.DrawFn) -> bytes:
    """A file without an error, unless it is short of an example or two. Some of its lines deserve a warning."""
    format_, line = draw(st.sampled_from(list(zip([good_turns(), PAIRS, good_texts()], GOOD, strict=True))))
    special = draw(st.lists(format_.flatmap(written).map(str.encode), max_size=3)) * draw(st.integers(1, 2))
    count = 50 - len(special) + draw(st.integers(-1, 3))
    return b"\n".join(
        [line % number for number in range(count // 2)]
        + special
        + [line % number for number in range(count // 2, count)]
    )


SNIPPETS = st.binary(max_size=3) | st.sampled_from([
    b"\n", b"\r", b"\r\n", b"\n\n", b" ", b"\t", b"\x00", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"//", b"/*",
    BOM, b"\xff", b"\xe2\x80\xa8", b"\xc2\x85", b"\xe2\x80\xae", b"\xed\xb0\x80", b"\\u", b"\\ud800",
])  # fmt: skip
ENCODINGS = st.sampled_from(
    ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig", "gb18030", "latin-1"]
)


@st.composite
def nicked(draw: st.DrawFn, data: bytes) -> bytes:
    """A few bytes taken out, put in or doubled, anywhere."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 1, 2, 5, 50])))
        middle = draw(SNIPPETS | st.just(b"") | st.just(data[start:end] * 2))
        data = data[:start] + middle + data[end:]
    return data


@st.composite
def encoded(draw: st.DrawFn, data: bytes) -> bytes:
    """As programs save it that know better than UTF-8."""
    text = data.decode(errors="replace")
    return text.encode(draw(ENCODINGS), errors="replace")


@st.composite
def rewritten(draw: st.DrawFn, data: bytes) -> bytes:
    """As programs write it that think JSONL is JSON."""
    values = [line for line in data.decode(errors="replace").split("\n") if line]
    act = draw(st.sampled_from(["array", "array over lines", "pretty", "open array", "indented"]))
    if act == "pretty":
        return "\n".join(_pretty(line) for line in values).encode()
    if act == "indented":
        return "\n".join("  " + line for line in values).encode()
    inside = (",\n" if act == "array over lines" else ", ").join(values)
    return (
        "[" + inside + ("" if act == "open array" else "]") + draw(st.sampled_from(["", "\n", "\n\n", "\n{}"]))
    ).encode()


def _pretty(line: str) -> str:
    try:
        return json.dumps(json.loads(line), indent=2)
    except (ValueError, RecursionError):
        return line.replace(",", ",\n").replace("{", "{\n")


TIDY = joined(TIDY_LINES)
UNTIDY = joined(ANY_LINES)
REWRITTEN = joined(EXAMPLE_LINES.map(str.encode)).flatmap(rewritten)

FILES = st.one_of(
    good(),
    good().flatmap(nicked),
    TIDY,
    TIDY,
    TIDY.flatmap(nicked),
    UNTIDY,
    UNTIDY,
    UNTIDY.flatmap(nicked),
    REWRITTEN,
    (REWRITTEN | UNTIDY.flatmap(rewritten)).flatmap(nicked),
    (TIDY | UNTIDY).flatmap(encoded),
    (TIDY | UNTIDY).map(lambda data: BOM + data),
    st.binary(max_size=60),
)
