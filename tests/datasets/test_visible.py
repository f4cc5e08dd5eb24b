"""How a line is shown: what cannot be seen, what is folded, what is marked."""

import json

from datasets.visible import CONTEXT, LONGEST_MARK, Run, Span, head, runs


def shown(runs: list[Run]) -> str:
    """Labels in angle brackets, the marked part in square ones."""
    text = ""
    for run in runs:
        inside = "".join(f"<{part.text}>" if part.is_label else part.text for part in run.parts)
        text += f"[{inside}]" if run.marked else inside
    return text


def test_the_spot_is_marked() -> None:
    assert shown(runs("abcdef", Span(2, 4))) == "ab[cd]ef"


def test_a_spot_behind_the_last_character_is_the_end_of_the_line() -> None:
    assert shown(runs('{"a"', Span(4, 4))) == '{"a"[<end of the line>]'


def test_an_empty_line_is_named() -> None:
    assert shown(runs("", Span(0, 0))) == "[<empty line>]"
    assert shown(head("", 100)) == "<empty line>"


def test_what_cannot_be_seen_gets_a_name() -> None:
    assert shown(runs("\ufeffa\tb\0c\u202ed\u200b", None)) == "<BOM>a<TAB>b<NUL>c<RLO>d<ZWSP>"


def test_bytes_that_are_not_utf8_are_shown_as_hex() -> None:
    text = b"\xb5\xc4".decode("utf-8", "surrogateescape")
    assert shown(runs(text, Span(0, 2))) == "[<B5><C4>]"


def test_joiners_stay_in_the_text() -> None:
    assert shown(runs("👩\u200d🚒", None)) == "👩\u200d🚒"


def test_a_long_value_is_folded_with_its_size() -> None:
    line = json.dumps({"a": "x" * 3000, "b": 1})
    assert shown(runs(line, Span(len(line) - 2, len(line) - 1))) == (
        '{"a": "' + "x" * 79 + "<2,869 characters folded>" + "x" * 52 + '", "b": [1]}'
    )


def test_nothing_near_the_spot_is_folded() -> None:
    line = '"' + "a" * 1000 + "!" + "b" * 1000 + '"'
    text = shown(runs(line, Span(1001, 1002)))
    assert "a" * CONTEXT + "[!]" + "b" * CONTEXT in text
    assert text.count("characters folded") == 2


def test_the_rest_of_a_huge_line_is_one_fold() -> None:
    text = shown(runs("x" * 100_000, Span(0, 1), unread=900_000))
    assert text.startswith("[x]xxx")
    assert text.endswith("<998,999 characters folded>")


def test_a_marked_text_is_shown_whole_up_to_a_limit() -> None:
    assert "folded" not in shown(runs("x" * LONGEST_MARK, Span(0, LONGEST_MARK)))
    assert "<1 character" not in shown(runs("x" * (LONGEST_MARK + 1), Span(0, LONGEST_MARK + 1)))
    assert "<3,000 characters folded>" in shown(runs("x" * 5000, Span(0, 5000)))


def test_all_characters_are_shown_or_counted() -> None:
    line = json.dumps(
        {"messages": [{"role": "user", "content": "词" * n} for n in (5, 250, 999, 4000, 80)]}, ensure_ascii=False
    )
    for at in range(0, len(line), 97):
        parts = [part for run in runs(line, Span(at, at + 3)) for part in run.parts]
        folded = sum(int(part.text.split()[0].replace(",", "")) for part in parts if part.is_label)
        assert folded + sum(len(part.text) for part in parts if not part.is_label) == len(line)
