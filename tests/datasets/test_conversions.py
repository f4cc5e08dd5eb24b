"""Files of other shapes, made into `messages`: what comes out, and what is told of the rest."""

from __future__ import annotations

import io
import itertools
import json
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.conversions import chats, tables, values
from datasets.conversions.kinds import Kind, kind_of
from datasets.conversions.tables import Columns
from datasets.conversions.tally import Dropped, Tally, Unreadable
from tests.datasets.samples import judge

QUESTION = {"role": "user", "content": "q"}
ANSWER = {"role": "assistant", "content": "a"}


def converted(content: bytes, convert: Any) -> tuple[list[Any], Tally]:
    tally = Tally()
    return [json.loads(line) for line in chats.lines(io.BytesIO(content), convert, tally)], tally


def openai(*messages: Any, **keys: Any) -> tuple[list[Any], Tally]:
    return converted(json.dumps({"messages": messages, **keys}).encode(), chats.from_openai)


def sharegpt(*turns: tuple[str, Any], **keys: Any) -> tuple[list[Any], Tally]:
    talk = [{"from": speaker, "value": value} for speaker, value in turns]
    return converted(json.dumps({"conversations": talk, **keys}).encode(), chats.from_sharegpt)


def reasons(places: dict[str, Any]) -> dict[str, list[int]]:
    return {reason: found.first for reason, found in places.items()}


@pytest.mark.parametrize(
    ("extra", "change"),
    [
        ({"name": "lin"}, "name"),
        ({"weight": 1}, "weight"),
        ({"weight": 0}, "weight_zero"),
        ({"refusal": None}, "other_keys"),
        ({"content": [{"type": "text", "text": "a"}]}, "parts"),
    ],
)
def test_what_only_openai_has_is_left_off_and_told(extra: dict[str, Any], change: str) -> None:
    found, tally = openai(QUESTION, {**ANSWER, **extra})
    assert found == [{"messages": [QUESTION, ANSWER]}]
    assert (tally.kept, reasons(tally.changed)) == (1, {change: [1]})


def test_a_developer_is_a_system() -> None:
    found, tally = openai({"role": "developer", "content": "s"}, QUESTION, ANSWER)
    assert found[0]["messages"][0] == {"role": "system", "content": "s"}
    assert list(tally.changed) == ["developer"]


def test_keys_beside_the_messages_are_left_off() -> None:
    found, tally = openai(QUESTION, ANSWER, tools=[], parallel_tool_calls=False)
    assert found == [{"messages": [QUESTION, ANSWER]}]
    assert list(tally.changed) == ["other_keys"]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}, "tool_calls"),
        ({"role": "assistant", "content": None, "function_call": {"name": "f"}}, "tool_calls"),
        ({"role": "tool", "content": "x", "tool_call_id": "1"}, "tool_calls"),
        ({"role": "assistant", "content": None}, "no_text"),
        ({"role": "assistant"}, "no_text"),
        ({"role": "assistant", "content": []}, "no_text"),
        ({"role": "assistant", "content": [{"type": "text"}]}, "no_text"),
        ({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}, "not_text"),
        ({"role": "robot", "content": "x"}, "unknown_role"),
        ({"role": ["x"], "content": "x"}, "unknown_role"),
        ("x", "not_an_object"),
        ({"role": "assistant", "content": "\ud800"}, "lone_surrogate"),
    ],
)
def test_what_cannot_be_told_is_dropped_with_a_reason(message: Any, reason: str) -> None:
    found, tally = openai(QUESTION, message)
    assert (found, tally.kept, reasons(tally.dropped)) == ([], 0, {reason: [1]})


def test_one_bad_line_does_not_hide_the_good_ones() -> None:
    good = json.dumps({"messages": [QUESTION, ANSWER]}).encode()
    found, tally = converted(b"\n".join([b"[" * 10**5 + b"x", b"", b"\xff", good, b"1", good]), chats.from_openai)
    assert found == []  # an array, as its beginning says, which breaks at once
    found, tally = converted(b"\n".join([good, b"[" * 10**5, b"", b"\xff", b"1", good]), chats.from_openai)
    assert len(found) == tally.kept == 2
    assert reasons(tally.dropped) == {"not_json": [2], "not_utf8": [4], "not_an_object": [5]}


def test_the_roles_of_sharegpt_get_their_names() -> None:
    found, tally = sharegpt(("system", "s"), ("human", "q"), ("gpt", "a"), id="x")
    assert found == [{"messages": [{"role": "system", "content": "s"}, QUESTION, ANSWER]}]
    assert (tally.changed, tally.dropped) == ({}, {})


def test_a_system_text_beside_the_turns_comes_first() -> None:
    found, _ = sharegpt(("human", "q"), ("gpt", "a"), system="s")
    assert found[0]["messages"][0] == {"role": "system", "content": "s"}


def test_turns_without_their_other_half_are_left_off() -> None:
    found, tally = sharegpt(("gpt", "x"), ("human", "q"), ("gpt", "a"), ("human", "y"))
    assert found == [{"messages": [QUESTION, ANSWER]}]
    assert set(tally.changed) == {"answer_first", "question_last"}


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([], "no_messages"),
        ([("gpt", "a")], "nothing_left"),
        ([("human", "q"), ("observation", "x"), ("gpt", "a")], "tool_calls"),
        ([("human", None), ("gpt", "a")], "no_text"),
        ([("alien", "q"), ("gpt", "a")], "unknown_role"),
    ],
)
def test_what_sharegpt_has_and_nobody_can_learn_is_dropped(turns: Any, reason: str) -> None:
    found, tally = sharegpt(*turns)
    assert (found, reasons(tally.dropped)) == ([], {reason: [1]})


@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"separators": (",", ":")}])
def test_an_array_is_read_however_it_is_laid_out(layout: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "CHUNK", 7)
    items = [{"a": "ä\n我" * number} for number in range(20)]
    content = json.dumps(items, ensure_ascii=False, **layout).encode()
    assert [value for _, value in values.values(io.BytesIO(content))] == items


def test_the_line_of_an_item_is_where_it_begins() -> None:
    content = b'\xef\xbb\xbf[\n{"a":\n1},\n\n{"b": 1}, {"c": 1}\n]\n'
    assert list(values.values(io.BytesIO(content))) == [(2, {"a": 1}), (5, {"b": 1}), (5, {"c": 1})]


@pytest.mark.parametrize(
    ("end", "reason"), [(b"{x", "rest_not_json"), (b"", None), (b'{"a": "\xff"}', "rest_not_utf8")]
)
def test_an_array_is_read_up_to_where_it_breaks(
    end: bytes, reason: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "CHUNK", 4)
    found = [value for _, value in values.values(io.BytesIO(b'[{"a": 1}, ' + end))]
    assert found[0] == {"a": 1}
    assert [value.reason for value in found[1:] if isinstance(value, Dropped)] == ([reason] if reason else [])


@given(st.binary(max_size=200) | st.text('[]{}",:\n \\ud8a1', max_size=60).map(str.encode))
def test_no_file_breaks_it(content: bytes) -> None:
    for convert in (chats.from_openai, chats.from_sharegpt):
        found, tally = converted(content, convert)
        assert len(found) == tally.kept


def table(content: bytes, **columns: Any) -> tuple[list[Any], Tally]:
    tally = Tally()
    chosen = Columns(**{"user": 0, "assistant": 1, **columns})
    return [json.loads(line)["messages"] for line in tables.lines(io.BytesIO(content), chosen, tally)], tally


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_its_encoding(encoding: str, delimiter: str) -> None:
    text = f'问题{delimiter}回答\r\n"多久{delimiter}\n到货？"{delimiter}三天\r\n'
    found, tally = table(text.encode(encoding))
    assert found == [
        [{"role": "user", "content": f"多久{delimiter}\n到货？"}, {"role": "assistant", "content": "三天"}]
    ]
    assert tally.kept == 1


def test_rows_without_a_question_or_an_answer_are_dropped() -> None:
    found, tally = table(b"q,a\nx,\n,y\n,\n\nx,y\nx\n")
    assert len(found) == 1
    assert reasons(tally.dropped) == {"empty_cell": [2, 3, 7], "blank_row": [4, 5]}


def test_a_first_row_may_be_an_example() -> None:
    assert len(table(b"x,y\n", has_header=False)[0]) == 1


@pytest.mark.parametrize("options", [{"system": 2}, {"system_text": "s"}])
def test_a_system_message_is_a_column_or_a_text(options: dict[str, Any]) -> None:
    assert table(b"q,a,c\nx,y,s\n", **options)[0][0][0] == {"role": "system", "content": "s"}


def test_bytes_of_no_encoding_are_refused() -> None:
    with pytest.raises(Unreadable, match="encoding"):
        table(b"q,a\n\xff\xff\xff,\x80\n")


def test_a_quote_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "LONGEST", 100)
    with pytest.raises(Unreadable, match="csv"):
        table(b'q,a\n"' + b"x" * 200)


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_an_xlsx_is_read_with_its_numbers_and_dates() -> None:
    found, tally = table(workbook(["q", "a"], ["多久？", 3.0], [None, "x"], [1.5, date(2026, 11, 25)]))
    assert [[message["content"] for message in example] for example in found] == [
        ["多久？", "3"],
        ["1.5", "2026-11-25"],
    ]
    assert reasons(tally.dropped) == {"empty_cell": [3]}


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04", b"PK\x03\x04" + b"x" * 500, workbook(["a"])[:-40]], ids=["head", "junk", "cut"]
)
def test_a_broken_xlsx_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="xlsx"):
        table(content)


def test_an_xlsx_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "UNPACKED", 1000)
    with pytest.raises(Unreadable, match="xlsx_too_large"):
        table(workbook(["q", "a"]))


def test_an_xlsx_that_is_packed_too_well_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "SMALL", 1000)
    with pytest.raises(Unreadable, match="xlsx_too_large"):
        table(workbook(["x" * 30_000] * 10))


def archive(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"a,b\n", "x.CSV", Kind.CSV),
        (b"a\tb\n", "x.tsv", Kind.CSV),
        (b"a,b\n", "x.jsonl", None),
        (b"", "x.jsonl", None),
        (workbook(["a"]), "x", Kind.XLSX),
        (archive("a.txt"), "x.xlsx", None),
        (b"PK\x03\x04", "x.xlsx", None),
        (b'[{"conversations": []}]', "x.json", Kind.SHAREGPT),
        (b'not json\n{"conversations": []}\n', "x.jsonl", Kind.SHAREGPT),
        (b'{"messages": [{"role": "user", "content": "a", "weight": 1}]}\n', "x.jsonl", Kind.OPENAI),
        (b'{"messages": [{"role": "user", "content": [{"type": "text"}]}]}\n', "x.jsonl", Kind.OPENAI),
        (b'{"messages": [], "tools": []}\n', "x.jsonl", Kind.OPENAI),
        (b'{"messages": [{"role": "user", "content": "a"}]}\n', "x.jsonl", None),
        (b'{"messages": "x"}\n[]\n', "x.jsonl", None),
    ],
    ids=itertools.count(),  # the bytes of an archive hold the time
)
def test_the_shape_of_a_file_is_seen(content: bytes, name: str, kind: Kind | None) -> None:
    assert kind_of(io.BytesIO(content), name) == kind


def test_what_comes_out_is_good() -> None:
    content = "".join(f"q{number},a{number}\n" for number in range(60)).encode()
    out = b"".join(tables.lines(io.BytesIO(content), Columns(0, 1, has_header=False), Tally()))
    assert judge(out).ok
