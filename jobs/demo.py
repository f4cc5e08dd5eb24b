"""A demo team: datasets (one with errors) and a queue of jobs on their way through the sandbox.

Everything goes the way that people go, so what it shows is what the portal does.
"""

from __future__ import annotations

import itertools
import json

from django.conf import settings
from django.utils import timezone

from datasets import adding
from datasets.models import Dataset
from datasets.storing import Incoming
from finetune_portal import secrets
from jobs import wishes
from jobs.models import BaseModel
from teams.models import Membership, Role, Team, User
from teams.setup import create_first_admin

ADMIN, MEMBER = "lin", "wei"
# Enough for the portal's own check; the sandbox of a demo wants 60, so that a job meets code 15.
SHORT_FILE_LINES = 54
PRICES = {"qwen-turbo": 12, "qwen-7b-chat": 6}


def password() -> str:
    """The demo people's password: made once, then the same at every start."""
    return secrets.load(settings.PORTAL_DATA_DIR, "demo-password")


def is_demo() -> bool:
    """Is the portal filled with the demo team, with the password that we know?"""
    user = User.objects.filter(username=ADMIN).first()
    return user is not None and user.check_password(password())


def create() -> Team:
    """Fill an empty portal. The account is the one that every first team gets."""
    admin, team = create_first_admin(team_name="客服语言组", username=ADMIN, password=password())
    member = User.objects.create_user(username=MEMBER, password=password())
    Membership.objects.create(team=team, user=member, role=Role.MEMBER)
    _set_prices()
    intents = _add(team, admin, "客服意图_2024Q4.jsonl", _examples(240))
    _add(team, admin, "客服意图_未清洗.jsonl", _spoiled(_examples(120)))
    short = _add(team, member, "sentiment_mini.jsonl", _examples(SHORT_FILE_LINES))
    _queue(team, member, "sentiment-mini", short, "qwen-turbo")
    _queue(team, admin, "客服意图-v1", intents, "qwen-turbo", n_epochs=2)
    _queue(team, member, "intent lr 5e-5", intents, "qwen-7b-chat", learning_rate=5e-5)
    _queue(team, admin, "客服意图-72b", intents, "qwen-72b-chat")
    _queue(team, member, "intent batch 4", intents, "qwen-7b-chat", batch_size=4)
    _queue(team, admin, "客服意图-v2", intents, "qwen-turbo", n_epochs=3)
    _queue(team, member, "intent lr 1e-5", intents, "qwen-7b-chat", learning_rate=1e-5)
    return team


def _set_prices() -> None:
    """Invented ones, of two models: the third shows what a page says without."""
    for name, price in PRICES.items():
        BaseModel.objects.filter(name=name).update(price_per_million_tokens=price, price_set_at=timezone.now())


def _add(team: Team, by: User, name: str, content: bytes) -> Dataset:
    incoming = Incoming()
    incoming.write(content)
    return adding.add(team=team, uploaded_by=by, name=name, incoming=incoming)[0]


def _queue(team: Team, by: User, name: str, dataset: Dataset, base_model: str, **hyper_parameters: float) -> None:
    wishes.queue_job(
        team=team,
        account=team.accounts.get(),
        name=name,
        dataset=dataset,
        base_model=base_model,
        hyper_parameters=hyper_parameters,
        created_by=by,
    )


_TOPICS = [
    ("订单 {n} 什么时候发货？", "订单 {n} 会在 48 小时内发出，发货后会有短信通知。"),
    ("订单 {n} 的发票抬头写错了，能改吗？", "可以。请在订单详情里重新填写抬头，新发票会在 3 个工作日内开出。"),
    ("Where is parcel {n}?", "Parcel {n} left the warehouse this morning and should arrive in two days."),
    ("退货单 {n} 的运费谁出？", "质量问题由我们承担运费，其他原因的退货由您承担。"),
    ("Can I change the address of order {n}?", "Yes, until it leaves the warehouse. Open the order and choose Edit."),
    ("会员号 {n} 的积分会过期吗？", "会。每年 12 月 31 日清零上一年度的积分。"),
]
_SYSTEM = "你是客服助手，回答要简短。"


def _examples(count: int) -> bytes:
    topics = itertools.islice(itertools.cycle(_TOPICS), count)
    return b"".join(_line(20000 + number, *topic) for number, topic in enumerate(topics))


def _line(number: int, question: str, answer: str) -> bytes:
    messages = [
        {"role": "system", "content": _SYSTEM},
        {"role": "user", "content": question.format(n=number)},
        {"role": "assistant", "content": answer.format(n=number)},
    ]
    return json.dumps({"messages": messages}, ensure_ascii=False).encode() + b"\n"


def _spoiled(content: bytes) -> bytes:
    """The mistakes that files have when they come: each is one that the service would refuse the whole file for."""
    lines = content.splitlines(keepends=True)
    lines[0] = b"\xef\xbb\xbf" + lines[0]
    lines[11] = b"\n"
    lines[23] = lines[23].replace(b'"assistant"', b'"user"')
    lines[37] = lines[37].replace(b"]}\n", b",]}\n")
    lines[54] = lines[54].replace("订单".encode(), "订单".encode("gbk"), 1)
    lines[64] = lines[64].replace(b'"assistant"', b'"bot"')
    lines[78] = b"\t\n"
    lines[90] = lines[30]
    lines[101] = lines[101].replace(b'"content": "', b'"content": "  ', 1)
    return b"".join(lines)
