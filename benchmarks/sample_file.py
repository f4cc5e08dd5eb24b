"""Files to measure with: conversations in Chinese and English, of a shop's customers, no two alike."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

CHINESE = "我们的订单什么时候发货你好请问退款流程是怎样的谢谢客服人员会在三个工作日内处理您的申请并且通知产品数量价格"
ENGLISH = "the order will arrive within three days of dispatch please check your account page for details of refunds"
DIFFERENT = 4000  # conversations; a number makes each line its own

Spoil = Callable[[bytes, int], bytes]


def lines(size: int, spoil: Spoil | None = None, *, escapes: bool = False) -> Iterator[bytes]:
    """Lines of `size` bytes altogether; `spoil` makes another of each, given its index."""
    chance = random.Random(4)  # the same file each time
    conversations = [_conversation(chance, escapes=escapes) for _ in range(DIFFERENT)]
    index = 0
    while size > 0:
        line = conversations[index % DIFFERENT].replace(b"#", b"%d" % index, 1)
        line = spoil(line, index) if spoil else line
        yield line
        size -= len(line)
        index += 1


def _conversation(chance: random.Random, *, escapes: bool) -> bytes:
    messages = [{"role": "system", "content": "You answer customers of a shop."}] if chance.random() < 0.3 else []
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        for role, length in (("user", chance.randint(10, 50)), ("assistant", chance.randint(30, 120))):
            text = _text(chance, length)
            messages.append({"role": role, "content": f'{text}\n"{text[:5]}"\t.' if escapes else text})
    messages[-1]["content"] += " #."
    return json.dumps({"messages": messages}, ensure_ascii=False).encode() + b"\n"


def _text(chance: random.Random, length: int) -> str:
    if chance.random() < 0.5:
        return "".join(chance.choices(CHINESE, k=length)) + "。"
    return " ".join(chance.choices(ENGLISH.split(), k=length // 3)) + "."
