"""What a file may call itself, and what it is called then."""

import pytest

from datasets import names


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("客服意图_2024Q4.jsonl", "客服意图_2024Q4.jsonl"),
        ("données d'été.jsonl", "données d'été.jsonl"),
        ("بيانات.jsonl", "بيانات.jsonl"),
        ("👩\u200d🚒.jsonl", "👩\u200d🚒.jsonl"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\train.jsonl", "train.jsonl"),
        ("..", "dataset.jsonl"),
        ("", "dataset.jsonl"),
        ("\x00\x1b[31mred.jsonl", "[31mred.jsonl"),
        ("train\u202elnosj.exe", "trainlnosj.exe"),
        ("=cmd|'/c calc'!A1.jsonl", "c calc'!A1.jsonl"),
        ("=1+1.jsonl", "1+1.jsonl"),
        ("-rf.jsonl", "rf.jsonl"),
        (".hidden.jsonl", "hidden.jsonl"),
        ("<img src=x onerror=alert(1)>.jsonl", "_img src=x onerror=alert(1)_.jsonl"),
        ("two  spaces\tand a tab.jsonl", "two spacesand a tab.jsonl"),
        ("e\u0301.jsonl", "é.jsonl"),
        ("\ud800.jsonl", "jsonl"),
    ],
)
def test_a_name_is_cleaned(raw: str, cleaned: str) -> None:
    assert names.clean(raw) == cleaned


def test_a_long_name_keeps_its_ending() -> None:
    name = names.clean("长" * 500 + ".jsonl")
    assert len(name) == names.MAX_LENGTH
    assert name.endswith("长….jsonl")
