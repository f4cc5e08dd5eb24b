"""Pages in Chinese: sentences stand behind one another as the language has it, without a space."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.db import transaction

from teams.models import ProviderAccount, User
from tests.hostile import rows
from tests.test_hostile_content import addresses
from tests.test_url_matrix import World, world

__all__ = ["world"]

# Elements that do not part what stands before them from what follows.
INLINE = re.compile(r"</?(?:b|bdi|code|a|span|q|s|i|time|noscript|strong|em|kbd)\b[^>]*>|<!--.*?-->")
# White space behind a full-width mark, before what is read on with it.
GAP = re.compile(r"[^<>]{0,30}[。！？；，：]\s+[^\s<][^<>]{0,30}")


def gaps(page: str) -> list[str]:
    body = page.partition("<body")[2]
    return [unescape(found) for found in GAP.findall(INLINE.sub("", body))]


def test_a_gap_is_seen() -> None:
    assert gaps("<body><b>好。</b> <span>走") == ["好。 走"]
    assert gaps("<body><p>好。</p> <p>走") == []


def test_no_space_stands_behind_a_full_width_mark(world: World, admin: User, account: ProviderAccount) -> None:
    found: set[str] = set()
    User.objects.update(language="zh-hans")
    with transaction.atomic():
        rows.fill(world.team, admin, account, lambda: "x")
        browser = world.browser("admin")
        for url, _key in addresses(world):
            answer: Any = browser.get(url, follow=True)
            content = answer.getvalue()
            if answer["Content-Type"].startswith("text/html"):
                found |= set(gaps(content.decode()))
        transaction.set_rollback(True)
    assert "\n".join(map(repr, sorted(found))) == ""
