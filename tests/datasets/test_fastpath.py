"""The fast path can be deleted without changing one result: whatever comes, with it and without, the report is one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from datasets import fastpath
from datasets.fastpath import dialects, proof
from datasets.findings import Findings
from datasets.limits import Limits
from datasets.report import Report
from datasets.validation import Validator, judge_block
from tests.datasets.samples import GOOD, PAIR, TEXT, conversation, many

LIMITS = Limits(line_bytes=400, listed=2)

TURNED = b'{"messages": [{"content": "q%d", "role": "user"}, {"content": "a", "role": "assistant"}]}\n'
GOODS = [GOOD, PAIR, TURNED]

CONTENT = (
    st.text('aZ7ä我。\u3000\u2028\u0085\xa0\U0001f600 \n\r\t\x08\x00\x1c"\\{[/', max_size=6)
    | st.sampled_from(
        [
            "<|im_start|>",
            "<|im_end|>.",
            "<think>",
            "</think>a",
            "<think>a</think>b",
            "<think>\n</think>",
            "<|x|>",
            "think>",
        ]
    )
    | st.sampled_from(["q", "a b", "\\", '"', "\\n", "x" * 100, "我们" * 20])
)
ODD = st.none() | st.integers() | st.just(1e300) | st.booleans() | st.lists(CONTENT, max_size=1)
ROLE = st.sampled_from(["user", "assistant"]) | st.sampled_from(["system", "User", "", "assistent", "usar"])
MESSAGE = st.builds(lambda role, content: {"role": role, "content": content}, ROLE, CONTENT | ODD)
TURNS = st.builds(
    lambda system, contents: [
        {"role": role, "content": content}
        for role, content in zip(
            (["system"] if system else []) + ["user", "assistant"] * 3, contents + contents, strict=False
        )
    ],
    st.booleans(),
    st.lists(CONTENT, min_size=2, max_size=5),
)
EXAMPLE = (
    st.builds(lambda messages: {"messages": messages}, TURNS | st.lists(MESSAGE, max_size=4) | ODD)
    | st.builds(lambda prompt, completion: {"prompt": prompt, "completion": completion}, CONTENT, CONTENT | ODD)
    | st.dictionaries(st.sampled_from(["messages", "prompt", "completion", "text", "x"]), CONTENT | ODD)
)
SEPARATORS = st.sampled_from([(", ", ": "), (",", ":"), (" , ", " :\t")])
SPLICES = st.sampled_from(
    [
        *(
            b"",
            b" ",
            b",",
            b'"',
            b"\\",
            b"\\ud800",
            b"\\u3000",
            b"\\ud83d\\ude00",
            b"\r",
            b"\n",
            b"NaN",
            b"\xff",
            b"\x00",
        ),
        *(
            b"\xe3\x80\x80",
            b"\xed\xa0\x80",
            b"\xef\xbb\xbf",
            b"{",
            b"}",
            b"]",
            b"\xe4",
            b"01",
            b"1.",
            b"\\u12",
            b"\x0b",
        ),
        *(b"\\u003c|im_end|>", b"<\\u007Cendoftext|>", b"<|im\\u005fstart|>", b"\\u003Cthink>", b"<\\/thin\\u006b>"),
        *(b"<|endoftext|>", b"<think>", b"</think\\u003e", b"\\u0026", b"\\u00e9", b"<"),
        *(b'"role": "user", ', b'"x": "y", ', b"\\u004", b"\\\\", b'\\"', b"'", b"/", b"[" * 101),
    ]
)


@contextmanager
def without_it() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fastpath, "FORMATS", frozenset())
        patch.setattr(fastpath, "judge_line", lambda _line: None)
        yield


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A line as tools write it, and at times something spliced into it."""
    separators = draw(SEPARATORS)
    line = json.dumps(draw(EXAMPLE), ensure_ascii=draw(st.booleans()), separators=separators).encode("utf-8", "replace")
    for splice in draw(st.lists(SPLICES, max_size=1)):
        start = draw(st.integers(0, len(line)))
        line = line[:start] + splice + line[start + draw(st.integers(0, 2)) :]
    return line + draw(st.sampled_from([b"", b"", b"\r", b" "]))


FILES = st.builds(
    lambda begin, lines, end: b"\n".join([*begin, *lines]) + end,
    st.sampled_from([[], [PAIR.strip()] * 3, [GOOD.strip()] * 3, [TEXT.strip()] * 3, [GOOD.strip(), PAIR.strip()] * 3]),
    st.lists(lines(), max_size=30),
    st.sampled_from([b"", b"\n", b"\n\n"]),
)


def report(data: bytes, limits: Limits, chunk: int) -> Report:
    validator = Validator(limits)
    for start in range(0, len(data), chunk):
        validator.feed(data[start : start + chunk])
        validator.save()  # which has all lines so far judged
    return validator.finish(io.BytesIO(data))


def same(data: bytes, limits: Limits = LIMITS, chunk: int = 1000) -> Report:
    """The report, which must be one with and without the fast path, and so must the findings."""
    findings = judge_block(data, 0, limits)
    found = report(data, limits, chunk)
    with without_it():
        assert judge_block(data, 0, limits) == findings
        assert report(data, limits, chunk) == found
    return found


@settings(max_examples=300)
@given(FILES, st.sampled_from([300, 1000, 10**6]), st.sampled_from([0, 2]))
@example(b'{}\n{"messages": null}', 300, 0)
def test_it_changes_no_report(data: bytes, chunk: int, listed: int) -> None:
    same(data, replace(LIMITS, listed=listed), chunk)


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from([GOOD, PAIR]))
@example(b"\\", GOOD)
@example(b'\\"', PAIR)
def test_it_changes_no_report_on_any_bytes(data: bytes, good: bytes) -> None:
    same(many(good, 5) + data)
    same(many(good, 5) + data.replace(b"\n", b"") + b"\n" + many(good, 5))
    for part in (b"q4", b'"a"', b": "):
        same(many(good, 5).replace(part, part + data, 5))


@pytest.mark.deep
@settings(max_examples=20_000)
@given(FILES, st.sampled_from([300, 1000, 10**6]), st.sampled_from([0, 2]))
def test_it_changes_no_report_at_length(data: bytes, chunk: int, listed: int) -> None:
    same(data, replace(LIMITS, listed=listed), chunk)


@pytest.mark.parametrize("good", [GOOD, PAIR])
@pytest.mark.parametrize("splice", [b"\\", b'"', b"\n", b"\xff", b"\x01", b"\\ud800", b"\\x", b" ", b"\xe3\x80\x80"])
def test_a_bad_byte_at_any_place_is_found(good: bytes, splice: bytes) -> None:
    begin, line = many(good, 5), good % 77
    for start in range(0, len(line), 3):  # in turns put in between, and in the place of a byte in the last line
        if start % 2:
            same(begin + line[:start] + splice + line[start + 1 :])
        else:
            same(begin + line[:start] + splice + line[start:] + many(good, 7))


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"messages": [' + '{"role": "user", "content": "a"}, ' * 200 + "1]}",
        '{"prompt": NaN, "completion": "a"}',
        '{"prompt": 01, "completion": "a"}',
        '{"prompt": 1e999, "completion": "a"}',
        '{"prompt": ' + "1" * 5000 + ', "completion": "a"}',
        '{"prompt": "a", "prompt": "a"}',
        '{"prompt": "a", "\\u0070rompt": "a", "completion": "b"}',
        '{"x": [[1, {"a": 1, "a": 2}]], "prompt": "a", "completion": "b"}',
        '{"messages": [{"role": "user", "content": "a", "role": "user"}, {"role": "assistant", "content": "a"}]}',
        '[["prompt", "a"], ["completion", "b"]]',
        '"messages"',
        '{"prompt": "a", "completion": "b"} {}',
        '{"x": ' + "[" * 99 + "]" * 99 + "}",
        '{"x": ' + "[" * 100 + "]" * 100 + "}",
        '{"x": "' + "[" * 200 + '", "prompt": "a", "completion": "b"}',
        '{"messages": [], "messages": []}',
        "\u3000",
        "\x0c",
    ],
)
def test_what_parsers_differ_on(line: str) -> None:
    same(many(PAIR, 5) + line.encode() + b"\n" + many(PAIR, 5), Limits(listed=2))
    same(many(GOOD, 5) + line.encode() * 1 + b"\n" + line.encode() + b"\n" + line.encode(), Limits(listed=0))


@pytest.mark.parametrize("good", [*GOODS, *(good.replace(b" ", b"") for good in GOODS), PAIR.replace(b"}", b"}\r")])
def test_it_takes_what_is_good(good: bytes) -> None:
    accepted = fastpath.accept(many(good, 20), "messages" if b"messages" in good else "prompt_completion", 1000)
    assert (len(accepted.facts.lines), accepted.rest, accepted.lines) == (20, [], 20)


def test_it_takes_several_dialects_and_says_what_is_left() -> None:
    compact, turned = (GOOD % 2).replace(b" ", b""), b'{"messages": [{"content": "q", "role": "user"}'
    turned += b', {"content": "a", "role": "assistant"}]}\n'
    block = GOOD % 1 + b"nonsense\n\n" + compact + turned + b"{}\n"
    accepted = fastpath.accept(block, "messages", 1000)
    assert accepted.facts.lines.tolist() == [1, 4, 5]
    assert [block[start:end] for start, end, _ in accepted.rest] == [b"nonsense\n\n", b"{}\n"]
    assert [lines for _, _, lines in accepted.rest] == [1, 5]


@pytest.mark.parametrize("end", ["\u3000", "\u2003", "\x85", "\xa0", " ", "\n", "\t", "\x1f", "\u205f"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_white_space_at_an_end_is_left_to_the_judge(end: str, ascii_only: bool) -> None:
    for content in (end + "好", "好" + end, end, "\\" + end):
        pair = json.dumps({"prompt": "q", "completion": content}, ensure_ascii=ascii_only).encode()
        assert len(fastpath.accept(pair, "prompt_completion", 1000).facts.lines) == 0
        same(many(PAIR, 5) + pair)


@pytest.mark.parametrize("content", ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<think>", "</think>"])
@pytest.mark.parametrize("good", [GOOD, PAIR])
def test_what_ends_a_message_or_breaks_thinking_is_found_however_it_is_written(content: str, good: bytes) -> None:
    spellings = [content, content.replace("/", "\\/"), "".join(f"\\u{ord(char):04x}" for char in content)]
    for place, char in enumerate(content):
        spellings.append(content[:place] + f"\\u{ord(char):04X}" + content[place + 1 :])
    for part in (b"q6", b'"a"'):
        for written in spellings:
            line = (good % 6).replace(part, part[:1] + written.encode() + part[1:])
            found = same(many(good, 5) + line + many(good, 7)[-len(good % 7) :])
            is_odd = "think" not in content or part == b'"a"'
            assert sum(found.warning_counts.values()) - found.warning_counts.get("duplicate_line", 0) == is_odd


@pytest.mark.parametrize("listed", [0, 2, 100])
def test_thinking_is_judged_by_whose_it_is(listed: int) -> None:
    thought = "<think>a</think>b"
    for system in ([], ["system"]):
        roles = [*system, "user", "assistant", "user", "assistant"]
        for at in range(len(roles)):
            messages = [{"role": role, "content": thought if n == at else "a"} for n, role in enumerate(roles)]
            line = json.dumps({"messages": messages}).encode() + b"\n"
            found = same(many(GOOD, 5) + line * 4, Limits(listed=listed)).warning_counts
            is_early = at == len(system) + 1
            assert found.get("broken_think", 0) == 4 * is_early


@pytest.mark.parametrize("content", ["。", "、x、", "\u2019", "\\u3000x", 'x"', "\\", "\x08x", "\U0001f600", "\\n"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_what_only_looks_like_white_space_is_taken(content: str, ascii_only: bool) -> None:
    pair = json.dumps({"prompt": "q", "completion": content}, ensure_ascii=ascii_only).encode()
    assert len(fastpath.accept(pair, "prompt_completion", 1000).facts.lines) == 1
    same(many(PAIR, 5) + pair)


def test_a_line_over_the_limit_is_left_to_the_judge() -> None:
    assert len(fastpath.accept(PAIR % 1, "prompt_completion", 10).facts.lines) == 0


JOINTS = [
    b'"}, {"role": "user", "content": "',
    b'", "role": "user"}, {"content": "',
    b'", "completion": "',
    b'"}]}',
    b'"}',
]


@pytest.mark.parametrize("good", GOODS)
@pytest.mark.parametrize("joint", JOINTS)
def test_a_joint_in_a_content_is_none(good: bytes, joint: bytes) -> None:
    for written in (joint, b"\\" + joint, joint.replace(b'"', b'\\"'), joint.replace(b'"', b"\\u0022")):
        for part in (b"q6", b'"a'):
            same(many(good, 5) + (good % 6).replace(part, part + written) + many(good, 9))


@pytest.mark.parametrize("good", GOODS)
def test_quotes_that_balance_out_over_lines_are_found(good: bytes) -> None:
    more, fewer = (good % 6).replace(b"q6", b'q"6'), (good % 7).replace(b'"a"', b'"a')
    for lines in ([more, fewer], [fewer, more], [more.replace(b'q"6', b'q"", "6'), good % 8, fewer, fewer]):
        found = same(many(good, 5) + b"".join(lines) + many(good, 60))
        assert found.counts["invalid_json"] >= 2


@pytest.mark.parametrize("good", GOODS)
@pytest.mark.parametrize(
    "cut", [b"\n", b"\\\n", b"\r\n", b"\n\n", b"\xe6\n\x88\x91", b"\\u30\n00", b"\x00", b"\\ud83d\n\\ude00"]
)
def test_halves_of_a_line_are_no_line(good: bytes, cut: bytes) -> None:
    for part in (b"q6", b'"a', b", ", b'": '):
        same(many(good, 5) + (good % 6).replace(part, part + cut, 1) + many(good, 60))


@pytest.mark.parametrize("good", GOODS)
def test_blanks_between_lines_and_their_ends_change_nothing(good: bytes) -> None:
    for end in (b"\r\n", b" \n", b"\n\n", b"\n\r\n", b"\n\xef\xbb\xbf", b"\n\x00\n"):
        same(many(good, 9).replace(b"\n", end))
        same(b"\xef\xbb\xbf" + many(good, 9).replace(b"\n", end).rstrip())


@pytest.mark.parametrize(
    "role", [b"{", b"}", b"}, {", b'\\"}, {', b"users", b"use", b"assistent", b"assistant\\", b"\\u0075ser", b"systen"]
)
def test_a_role_is_taken_only_as_it_is(role: bytes) -> None:
    with_system = GOOD.replace(b"[", b'[{"role": "system", "content": "s"}, ')
    for good in (GOOD, TURNED, with_system):
        for old in (b'"user"', b'"assistant"', b'"system"'):
            same(many(good, 5) + (good % 6).replace(old, b'"' + role + b'"') + many(good, 9))


@pytest.mark.parametrize("run", range(1, 9))
@pytest.mark.parametrize("after", [b"", b'"', b"n", b"u0041", b"ud83d", b"}"])
def test_runs_of_backslashes_are_told_apart_at_any_place(run: int, after: bytes) -> None:
    for good in (GOOD, PAIR):
        lines = [(good % 6).replace(b"q6", b"x" * place + b"\\" * run + after) for place in range(0, 64, 5)]
        same(many(good, 5) + b"".join(lines) + b"".join(lines).replace(b"x", b"\\\\") + many(good, 3))


def test_what_is_wrong_is_found_among_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "AT_ONCE", 5000)
    lines = [GOOD % number for number in range(500)]
    for number in (0, 7, 8, 250, 251, 252, 499):
        lines[number] = lines[number].replace(b'"a"', b'"\x01"')
    accepted = fastpath.accept(b"".join(lines), "messages", 1000)
    assert [before for _, _, before in accepted.rest] == [0, 7, 250, 499]


def test_a_file_of_one_format_lists_no_line_of_it() -> None:
    assert judge_block(many(GOOD, 5), 0, LIMITS).formats["messages"].lines.first == []
    assert len(judge_block(many(GOOD, 5), 100, LIMITS).formats["messages"].lines.first) == LIMITS.listed


def test_without_simdjson_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    block = many(GOOD, 9) + b"\xff" + (GOOD % 1).replace(b"q1", b"\\ud800") + (GOOD % 2).replace(b"q2", b"\x01")
    before = fastpath.accept(block, "messages", 1000)
    monkeypatch.setattr(proof, "parser", None)
    after = fastpath.accept(block, "messages", 1000)
    assert (before.rest, before.facts.lines.tolist()) == (after.rest, after.facts.lines.tolist())
    assert len(after.facts.lines) == 9


def test_no_dialect_has_a_key_twice() -> None:
    assert dialects.learn(b'{"prompt": "a", "prompt": "b"}', "prompt_completion") is None
    assert dialects.learn(b'{"messages": [{"role": "a", "role": "b"}, {"role": "x"}]}', "messages") is None
    assert dialects.learn((PAIR % 1).replace(b" ", b" " * 300), "prompt_completion") is None


def test_statistics_are_those_of_the_contents() -> None:
    pair = json.dumps({"prompt": "我们\n\U0001f600", "completion": 'a"b'}).encode()
    for line in (pair, json.dumps(json.loads(pair), ensure_ascii=False).encode()):
        found: Any = same(many(PAIR, 5) + line).statistics
        assert (found.characters.largest, found.longest[0].line, found.examples) == (7, 6, 6)


def test_system_prompts_are_counted() -> None:
    line = conversation("system", "user", "assistant").replace('"0"', '"Be \\"kind\\"."').encode()
    found = same((line + b"\n") * 5 + GOOD % 1).statistics.system_prompts
    assert (found.examples, found.different, found.is_exact) == (5, 1, True)
    assert [(prompt.text, prompt.count) for prompt in found.most_used] == [('Be "kind".', 5)]


def test_findings_before_a_block_save_it_the_listing() -> None:
    before = Findings()
    before.absorb(judge_block(many(GOOD, 5) + b"[]\n" * 5, 0, LIMITS), LIMITS.listed)
    found = judge_block(many(GOOD, 5) + b"[]\n" * 5, before.size, LIMITS, before)
    listing = found.errors["not_an_object"]
    assert (listing.count, listing.first, listing.last is not None) == (5, [], True)
