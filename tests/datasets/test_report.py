from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest

from datasets import codes, excerpts, report
from datasets.codes import CODES, words
from datasets.json_words import JSON_WORDS
from datasets.report import Issue, Report
from tests.datasets.samples import GOOD, PAIR, TEXT, judge, many

SOURCES = Path(codes.__file__).parent


def test_the_report_has_the_shape_that_programs_read() -> None:
    data = many(GOOD, 10) + b'{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}, '
    data += b'{"role": "assistant", "content": "c"}]}\n' + many(GOOD, 60)[-40 * len(GOOD) :]
    assert json.loads(json.dumps(judge(data).as_dict("a.jsonl")))["errors"][-1] == {
        "line": 11,
        "column": 49,
        "code": "consecutive_user",
        "message": "Two user messages in a row.",
        "hint": "Join the two, or put the missing answer between them.",
        "excerpt": data.split(b"\n")[10].decode(),
    }


def test_a_good_file_is_ok() -> None:
    assert judge(many(GOOD)).as_dict("a.jsonl") == {
        "ok": True,
        "file": "a.jsonl",
        "lines": 50,
        "examples": 50,
        "format": "messages",
        "truncated": False,
        "errors": [],
        "warnings": [],
        "counts": {},
        "warning_counts": {},
    }


def test_a_report_survives_a_store_of_json() -> None:
    before = judge(GOOD % 1 + PAIR % 1 + TEXT % 1 + b"\xff\n[1,]")
    stored = json.loads(json.dumps(msgspec.to_builtins(before)))
    assert msgspec.convert(stored, Report) == before


def test_every_code_of_the_judge_has_words() -> None:
    source = "".join(path.read_text() for path in SOURCES.glob("*.py"))
    used = set(re.findall(r'(?:Spot|Issue)\(\s*"(\w+)"', source)) | {"consecutive_user", "consecutive_assistant"}
    assert used <= set(CODES)


def every_issue() -> list[Issue]:
    """An issue of as many kinds as the texts below can have."""
    found: list[Issue] = []
    lines = [
        b"\n", b"\xff", b"\xb5\xc4", b"[]", b'{"a":1,"a":2}', b"{}", b'{"text":1,"prompt":2}', GOOD % 1, PAIR % 1,
        b'{"messages":[]}', b'{"messages":1}', b'{"messages":[1]}', b'{"messages":[{"role":"x","content":1}]}',
        b'{"text":"Human:"}', b'{"text":"Assistant:"}', b'{"prompt":""}', b'{"prompt":"","completion":" a","b":1}',
    ]  # fmt: skip
    for line in lines:
        for data in (line, GOOD % 1 + line + b"\n" + line):
            found += [*judge(data).errors, *judge(data).warnings]
    return found


@pytest.mark.parametrize("issue", {issue.code + str(sorted(issue.params)): issue for issue in every_issue()}.values())
def test_the_words_of_an_issue_take_its_params(issue: Issue) -> None:
    assert "%(" not in issue.message + issue.hint
    assert issue.message.endswith((".", '".'))


def test_words_are_plain() -> None:
    every = [*CODES.values(), *JSON_WORDS.values(), codes.LINE_OF_ANOTHER_FORMAT, codes.NOT_AN_ARRAY]
    text = " ".join(f"{message} {hint}" for message, hint in every)
    assert not re.search(r"(?i)please|oops|!|invalid input|[“”’]", text)


def test_a_reason_has_words_of_its_own() -> None:
    assert words("invalid_json", {"reason": "comment"}).message == "Not JSON: a comment."


@pytest.mark.parametrize(("length", "position"), [(100, 99), (500, 0), (500, 250), (500, 499), (500, 500)])
def test_an_excerpt_holds_its_spot(length: int, position: int) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(length))
    part, start = excerpts.excerpt(text, position)
    assert len(part) == min(length, excerpts.EXCERPT)
    assert text[start:].startswith(part)
    assert start <= position <= start + len(part)


def test_control_characters_become_pictures() -> None:
    assert excerpts.safe("a\x00\t\x7f\n") == "a␀␉␡␊"
    assert excerpts.shown("\u00a0") == "U+00A0"
    assert len(excerpts.shown("x" * 100)) == excerpts.MAX_SHOWN


def test_an_issue_that_concerns_the_file_does_not_move() -> None:
    assert report.Issue("empty_file").moved(1, 1) == Issue("empty_file")
