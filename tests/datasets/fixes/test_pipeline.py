"""The fixes of whole files: what each does to each kind of line, and what all of them promise."""

from __future__ import annotations

import json
from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.fixes import catalog
from datasets.fixes.pipeline import Outcome, pieces, run
from datasets.fixes.sampling import sample
from datasets.limits import Limits
from tests.datasets.samples import judge

LIMITS = Limits(line_bytes=1000)
GOOD = b'{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}'
PAIR = b'{"prompt": "q", "completion": "a"}'
TEXT = rb'{"text": "\n\nHuman: q\n\nAssistant: a"}'
BOM = b"\xef\xbb\xbf"
LINE_FIXES = [name for name in catalog.ORDER if name not in ("utf16", "to_lines")]


def fix(data: bytes, *chosen: str, chunk: int = 7) -> bytes:
    return both(data, chosen, chunk)[0]


def both(data: bytes, chosen: Collection[str], chunk: int = 1 << 20) -> tuple[bytes, bytes, Outcome]:
    out, aside = bytearray(), bytearray()
    chunks = (data[start : start + chunk] for start in range(0, len(data), chunk))
    outcome = run(chunks, chosen, LIMITS, lambda piece: out.extend(piece), lambda piece: aside.extend(piece))
    return bytes(out), bytes(aside), outcome


@pytest.mark.parametrize(
    ("chosen", "before", "after"),
    [
        ("drop_blank", b"a\n\n \t\r\nb\n\n", b"a\nb\n"),
        ("drop_blank", b"", b""),
        ("strip_bom", BOM + b"a\n" + BOM + BOM + b"b", b"a\nb"),
        ("strip_bom", b"a" + BOM + b"\n", b"a" + BOM + b"\n"),
        ("crlf", b"a\r\nb\r\r\nc\rd\ne\r", b"a\nb\nc\rd\ne"),
        ("drop_duplicates", b"a\nb\na\nb\nc\na", b"a\nb\nc\n"),
        ("drop_duplicates", b"\n\na\n", b"\n\na\n"),
        ("prompt_to_messages", PAIR + b"\n" + GOOD + b"\n", GOOD + b"\n" + GOOD + b"\n"),
        ("prompt_to_messages", b'{"completion": "\\u0061", "id": 1e5, "prompt": ""}',
         b'{"messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": "\\u0061"}], "id": 1e5}'),
        ("prompt_to_messages", b'{"prompt": 1, "completion": "a"}', b'{"prompt": 1, "completion": "a"}'),
        ("prompt_to_messages", b'{"prompt": "a"}', b'{"prompt": "a"}'),
        ("text_to_messages", TEXT, GOOD),
        ("text_to_messages", rb'{"text": "\n\nHuman:q\n\nAssistant: a\n\n b\n\nHuman: x\n\nAssistant:"}',
         b'{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a\\n\\n b"}, '
         b'{"role": "user", "content": "x"}, {"role": "assistant", "content": ""}]}'),
        ("text_to_messages", rb'{"text": "Human: q"}', rb'{"text": "Human: q"}'),
        ("space_markers", rb'{"text": "Human: q\nAssistant: a "}', rb'{"text": "\n\nHuman: q\n\nAssistant: a "}'),
        ("space_markers", rb'{"text": "\n\nHuman: q \n\n\n  Assistant: a"}', TEXT),
        ("space_markers", rb'{"text": "\n\nHuman:\n\n\nAssistant: a"}', rb'{"text": "\n\nHuman:\n\nAssistant: a"}'),
        ("space_markers", rb'{"text": "Be brief.\n\n\nHuman: q\nAssistant: a"}',
         rb'{"text": "Be brief.\n\n\nHuman: q\nAssistant: a"}'),
        ("space_markers", TEXT, TEXT),
        ("drop_bad", GOOD + b"\n[]\n\n" + GOOD + b"\n" + PAIR, GOOD + b"\n" + GOOD + b"\n"),
        ("drop_bad", b"[]\n" + TEXT + b"\n" + GOOD, TEXT + b"\n"),
    ],
)  # fmt: skip
def test_each(chosen: str, before: bytes, after: bytes) -> None:
    assert fix(before, chosen) == after


def test_they_work_together_in_their_own_order() -> None:
    data = BOM + b'{"text": "Human: q\\nAssistant: a"}\r\n\r\n' + PAIR + b"\r\nnonsense\r\n" + GOOD + b"\r\n"
    assert fix(data, *reversed(LINE_FIXES)) == GOOD + b"\n"


def test_the_bad_lines_are_kept_aside() -> None:
    out, aside, outcome = both(GOOD + b"\n[]\n\nx" + b"y" * 2000 + b"\n" + GOOD + b"\nnonsense", ["drop_bad"], 300)
    assert (out, aside) == (GOOD + b"\n" + GOOD + b"\n", b"[]\n\nx" + b"y" * 2000 + b"\nnonsense\n")
    assert (outcome.dropped_bad, outcome.touched, outcome.by_fix) == (4, 4, {"drop_bad": 4})
    assert (outcome.lines_in, outcome.lines_out) == (6, 2)


def test_a_line_over_the_limit_passes_in_parts() -> None:
    data = b"x" * 5000 + b"\n" + PAIR + b"\n\n" + b"y" * 5000
    assert fix(data, "drop_blank", chunk=300) == b"x" * 5000 + b"\n" + PAIR + b"\n" + b"y" * 5000
    assert max(len(piece.data) for piece in pieces((data[i : i + 300] for i in range(0, len(data), 300)), 1000)) < 1301


def test_samples_show_what_changed() -> None:
    _, _, outcome = both(BOM + GOOD + b"\n\n" + GOOD + b"\n" + b" \n" * 50, ["strip_bom", "drop_blank"])
    first, second = outcome.samples[:2]
    assert (first.line, first.before, first.after) == (1, "\ufeff" + GOOD.decode(), GOOD.decode())
    assert (first.start, first.before_end, first.after_end) == (0, 1, 0)
    assert (second.line, second.before, second.after) == (2, "", None)
    assert (len(outcome.samples), outcome.touched) == (20, 52)


def test_a_sample_is_cut_around_the_change() -> None:
    _, _, outcome = both(b"x" * 900 + b"\r\n", ["crlf"])
    assert (outcome.samples[0].before, outcome.samples[0].after) == ("x" * 60 + "␍", "x" * 60)


LINES = st.sampled_from([
    GOOD, PAIR, TEXT, b"", b" ", b"[]", b"nonsense", BOM + GOOD, GOOD + b"\r", BOM, b"\xff", b'{"messages": []}',
    rb'{"text": "Human: q\nAssistant: a"}', rb'{"text": "x\nHuman: q"}', b'{"prompt": "a", "text": "b"}', b"z" * 1200,
    b'{"id": 1, "prompt": "q", "completion": " a"}', b'{"prompt": "q", "prompt": "q", "completion": ""}',
])  # fmt: skip
FILES = st.lists(LINES, max_size=12).flatmap(
    lambda lines: st.sampled_from([b"\n".join(lines), b"\n".join([*lines, b""])])
)
CHOSEN = st.sets(st.sampled_from(LINE_FIXES), min_size=1)


def line_errors(data: bytes) -> int:
    return judge(data, line_bytes=LIMITS.line_bytes).error_lines


@given(FILES, CHOSEN)
def test_fixing_twice_changes_nothing_more(data: bytes, chosen: set[str]) -> None:
    once, _, _ = both(data, chosen)
    twice, _, outcome = both(once, chosen)
    assert twice == once
    assert outcome.touched == 0


@given(FILES, CHOSEN)
def test_chunks_do_not_matter(data: bytes, chosen: set[str]) -> None:
    assert both(data, chosen, 3) == both(data, chosen)


@given(FILES, CHOSEN)
def test_no_good_line_becomes_a_bad_one(data: bytes, chosen: set[str]) -> None:
    """Judged line by line: which format the others have is another matter."""
    fixed = (fix(line, *chosen) for line in data.split(b"\n") if line and not line_errors(line))
    assert [line for line in fixed if line and line_errors(line)] == []


@given(FILES, CHOSEN)
def test_no_bad_line_is_left_after_they_are_dropped(data: bytes, chosen: set[str]) -> None:
    out, _, _ = both(data, chosen | {"drop_bad"})
    assert line_errors(out) == 0
    assert not set(judge(out, line_bytes=1000).counts) - {"too_few_lines", "empty_file"}


@given(FILES)
def test_every_line_is_kept_or_kept_aside(data: bytes) -> None:
    out, aside, outcome = both(data, ["drop_bad"])
    lines = data.split(b"\n")[: -1 if data.endswith(b"\n") or not data else None]
    assert sorted((out + (b"\n" if out and not out.endswith(b"\n") else b"") + aside).split(b"\n")[:-1]) == sorted(
        lines
    )
    assert outcome.lines_out + outcome.dropped_bad == outcome.lines_in == len(lines)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=4), VALUES, max_size=3), max_size=5)


@given(OBJECTS, st.sampled_from([None, 0, 1, 4, "\t", "\r\n "]), st.booleans(), st.integers(1, 9), st.booleans())
def test_an_array_becomes_its_elements(
    values: list[object], indent: int | str, ascii_only: bool, chunk: int, marked: bool
) -> None:
    data = json.dumps(values, indent=indent, ensure_ascii=ascii_only).encode()
    lines = fix((BOM if marked else b"") + data, "to_lines", chunk=chunk).split(b"\n")
    assert [json.loads(line) for line in lines[:-1]] == values
    assert lines[-1] == b""


@given(OBJECTS, st.sampled_from(["\n", " ", ",\n", "\r\n\r\n", ""]), st.integers(1, 9))
def test_objects_over_lines_become_lines(values: list[object], between: str, chunk: int) -> None:
    data = between.join(json.dumps(value, indent=2, ensure_ascii=False) for value in values).encode()
    assert [json.loads(line) for line in fix(data, "to_lines", chunk=chunk).splitlines()] == values


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'[{"a":  1.50 ,\n "b": [1,\n2]},\n{"a": "[{,"}]\n', b'{"a":  1.50 , "b": [1, 2]}\n{"a": "[{,"}\n'),
        (b'[{"a": "x\ny"}, nonsense, {"b": 1}]', b'{"a": "x\\ny"}\nnonsense\n{"b": 1}\n'),
        (b'[{"a": 1}, {"b":\n 2', b'{"a": 1}\n{"b": 2\n'),
        (b"[]", b""),
        (b'[{"a": "\\\\"}]  x', b'{"a": "\\\\"}\nx\n'),
    ],
)
def test_texts_stay_as_they_are(before: bytes, after: bytes) -> None:
    for chunk in (1, 2, 1000):
        assert fix(before, "to_lines", chunk=chunk) == after


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-16-be"])
@given(text=st.text(st.characters(min_codepoint=1, exclude_categories=["Cs"]), max_size=40), chunk=st.integers(1, 9))
def test_other_encodings_become_utf8(encoding: str, text: str, chunk: int) -> None:
    text = "{" * 200 + text.lstrip("\ufeff")  # enough to tell where the NULs are
    assert fix(text.encode(encoding), "utf16", chunk=chunk).decode() == text


def test_what_is_no_text_becomes_a_mark() -> None:
    assert fix(b"\xff\xfe" + b"\x00\xd8" + "a".encode("utf-16-le"), "utf16").decode() == "\ufffda"


def test_what_cannot_be_seen_has_its_name_on_the_page() -> None:
    parts = [part for run in sample(1, b"\r", None).before_runs for part in run.parts]
    assert [(part.text, part.is_label) for part in parts] == [("CR", True)]
