from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.json_words import JSON_WORDS
from datasets.jsonfaults import Fault
from datasets.strictjson import Span, elements, kind, members, raw_offsets, scan, scan_line, string_at

ACCEPTED = [
    "null", "true", "false", '""', "0", "-0", "-0.5e-10", "1E400", "1e999", "9" * 5000, "[]", "{}", "[[]   ]", "[null]",
    ' \t\r\n{"a" : [ 1 , 2 ] } \r\n', '{"":0}', '{"a":{"a":1}}', '["\\u0000\\"\\\\\\/\\b\\f\\n\\r\\t"]',
    '["\\ud83d\\uDE00"]', '["\x7f\u2028\u2029\ufeff\uffff\U0010ffff"]', "[" * 100 + "]" * 100, "[1.0e+1]", "[123.456]",
]  # fmt: skip

REJECTED = [
    ("", "cut_off", 0),
    ("   ", "cut_off", 0),
    ('{"a": [1', "cut_off", 8),
    ('{"a": [1  ', "cut_off", 8),
    ('{"a"', "cut_off", 4),
    ('{"a":', "cut_off", 5),
    ("[1,", "cut_off", 3),
    ("[1,]", "trailing_comma", 2),
    ('{"a":1 , }', "trailing_comma", 7),
    ("[1 2]", "missing_comma", 3),
    ('{"a":"x"y"}', "missing_comma", 8),
    ('{"a" 1}', "missing_colon", 5),
    ('{"a",1}', "missing_colon", 4),
    ('{"a":}', "missing_value", 5),
    ("[,1]", "missing_value", 1),
    ("[1,,2]", "missing_value", 3),
    ("{,}", "missing_key", 1),
    ("{:1}", "missing_key", 1),
    ("{a: 1}", "unquoted_key", 1),
    ("{1: 1}", "unquoted_key", 1),
    ("{[]: 1}", "unexpected", 1),
    ("[hello]", "unquoted", 1),
    ("{'a': 1}", "single_quotes", 1),
    ("['a']", "single_quotes", 1),
    ("{“a”: 1}", "typographic_quotes", 1),
    ('{"a"：1}', "wide", 4),
    ('{"a":1，"b":2}', "wide", 6),
    ("[1}", "wrong_bracket", 2),
    ('{"a":1]', "wrong_bracket", 6),
    ("{}}", "after_end", 2),
    ("[1],", "after_end", 3),
    ("{} {}", "two_values", 3),
    ("{}\r {}", "carriage_return", 4),
    ("1 2", "two_values", 2),
    ('["abc', "unclosed_string", 1),
    ('["abc\\"]', "unclosed_string", 1),
    ('["abc\\', "escape", 5),
    ('["a\x00"]', "control", 3),
    ('["a\tb"]', "control", 3),
    ("[\x00]", "control", 1),
    ("\f{}", "control", 0),
    ('["\\x"]', "escape", 2),
    ('["\\u12G4"]', "escape", 2),
    ('["\\u12', "escape", 2),
    ('["\\ud800"]', "surrogate", 2),
    ('["\\udc00"]', "surrogate", 2),
    ('["\\ud800\\ud800"]', "surrogate", 2),
    ('["\\ud800\\u0041"]', "surrogate", 2),
    ('{"\\udfff": 1}', "surrogate", 2),
    ("[01]", "number", 1),
    ("[-01]", "number", 1),
    ("[+1]", "number", 1),
    ("[.5]", "number", 1),
    ("[1.]", "number", 1),
    ("[1e]", "number", 1),
    ("[0x10]", "number", 1),
    ("[1_000]", "number", 1),
    ("[１]", "unquoted", 1),
    ("[-]", "unexpected", 1),
    ("[NaN]", "not_a_number", 1),
    ("[-Infinity]", "not_a_number", 1),
    ("Infinity", "not_a_number", 0),
    ("[True]", "literal", 1),
    ("[None]", "literal", 1),
    ("[truefalse]", "unquoted", 1),
    ("{} // x", "comment", 3),
    ("[1 /* x */]", "comment", 3),
    ("# x", "comment", 0),
    ("\ufeff{}", "byte_order_mark", 0),
    ("{}\ufeff", "byte_order_mark", 2),
    ("[\u00a01]", "unexpected", 1),
    ("[" * 101 + "]" * 101, "too_deep", 100),
    ('{"a":' * 100_000, "too_deep", 500),
]  # fmt: skip


@pytest.mark.parametrize("text", ACCEPTED, ids=range(len(ACCEPTED)))
def test_it_accepts(text: str) -> None:
    assert scan_line(text).duplicate is None


@pytest.mark.parametrize(
    ("text", "reason", "start"), REJECTED, ids=[f"{r}-{i}" for i, (_, r, _s) in enumerate(REJECTED)]
)
def test_it_rejects_and_says_why_and_where(text: str, reason: str, start: int) -> None:
    with pytest.raises(Fault) as caught:
        scan_line(text)
    assert (caught.value.reason, caught.value.start) == (reason, start)


def test_every_reason_has_words_and_a_case() -> None:
    assert {reason for _, reason, _ in REJECTED} == set(JSON_WORDS)


@pytest.mark.parametrize(
    ("text", "key", "start"),
    [
        ('{"a":1,"a":1}', "a", 7),
        ('{"a":1,"\\u0061":2}', "a", 7),
        ('[{"b":{"x":1,"y":2,"x":3}}]', "x", 19),
        ('{"a":1,"b":1,"b":2,"a":3}', "b", 13),
    ],
)
def test_it_finds_the_first_key_that_is_there_twice(text: str, key: str, start: int) -> None:
    assert scan_line(text).duplicate == (key, Span(start, text.index(":", start)))


def test_the_same_key_in_different_objects_is_no_duplicate() -> None:
    assert scan_line('[{"a":{"a":1}},{"a":2}]').duplicate is None


def test_a_scan_stops_at_the_end_of_the_first_value() -> None:
    assert scan(' {"a":1}} nonsense').value == Span(1, 8)


def test_a_walk_gives_the_places_of_keys_and_values() -> None:
    text = ' { "a" : [1, {"x": "]"}] , "b\\n": "c" } '
    found = [(m.key, text[slice(*m.name)], text[slice(*m.value)]) for m in members(text, 1)]
    assert found == [("a", '"a"', '[1, {"x": "]"}]'), ("b\n", '"b\\n"', '"c"')]
    assert [text[slice(*value)] for value in elements(text, text.index("["))] == ["1", '{"x": "]"}']


def test_offsets_of_a_string_are_found_behind_its_escapes() -> None:
    text = r'"a\nb\u0041\ud83d\ude00c"'
    value = Span(0, len(text))
    assert string_at(text, value) == "a\nbA😀c"
    assert [text[offset] for offset in raw_offsets(text, value, range(6))] == ["a", "\\", "b", "\\", "\\", "c"]


@pytest.mark.parametrize(
    "text", ['"' + r"\n" * 2_000_000 + '"', "[" + "1," * 300_000 + "1]"], ids=["escapes", "elements"]
)
def test_long_values_need_no_stack(text: str) -> None:
    assert scan_line(text).value == Span(0, len(text))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def walked(text: str, value: Span) -> Any:
    """The value at a place, made by walking it."""
    if kind(text, value) == "object":
        return {member.key: walked(text, member.value) for member in members(text, value.start)}
    if kind(text, value) == "array":
        return [walked(text, element) for element in elements(text, value.start)]
    return json.loads(text[slice(*value)])


@given(JSON, st.booleans(), st.sampled_from([None, 1]))
def test_whatever_the_standard_library_writes_is_read_alike(value: Any, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert walked(text, scan_line(text).value) == value


@given(JSON, st.data())
def test_one_character_less_is_judged_as_the_standard_library_does(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value, ensure_ascii=False)
    cut = data.draw(st.integers(0, len(text) - 1))
    broken = text[:cut] + text[cut + 1 :]
    assert is_json(broken) == stdlib_takes(broken)


@given(st.text(alphabet='{}[]",:\\/ \t-+.0123456789eEaunl\x00“', max_size=30))
def test_odd_texts_are_judged_as_the_standard_library_does(text: str) -> None:
    assert is_json(text) == stdlib_takes(text)


def is_json(text: str) -> bool:
    try:
        scan_line(text)
    except Fault:
        return False
    return True


def stdlib_takes(text: str) -> bool:
    """Whether the standard library takes it, its own two liberties aside."""
    try:
        value = json.loads(text, parse_constant=refuse)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        return False
    return True


def refuse(constant: str) -> None:
    raise ValueError(constant)
