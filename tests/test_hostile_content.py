"""What people, files and the service say is text: in no page of the portal does it become an element or an attribute.

Every text of every model holds a payload, then plain letters instead; every page that the URL matrix knows of, and
every answer to every form on it, must be made of the same elements with the same attributes both times. A new page is
looked at as soon as it has its row in the matrix, a new model as soon as it is there.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from datasets import checking
from datasets.models import Dataset
from jobs.models import Job
from teams.models import ProviderAccount, User
from tests.datasets.files import line, make_dataset
from tests.hostile import rows
from tests.hostile.skeleton import Element, Form, Skeleton
from tests.hostile.texts import PAYLOADS, SUM, plain, taking_turns
from tests.test_url_matrix import HTMX, ROWS, World, world

__all__ = ["world"]

# Words that pages read from their address.
ASKED = ("q", "name", "code", "line", "from", "next", "page", "after", "asking", "of", "cursor", "base_model", "format")
KEPT = ("hidden", "submit", "button", "radio")  # fields that a form sends as they are
NO_MARKUP = ("application/json", "text/plain")
SHOWN = "&lt;img src=x onerror"


@dataclass
class Seen:
    """What each page is made of, and which pages show a payload."""

    pages: dict[str, list[Element]] = field(default_factory=dict)
    showing: set[str] = field(default_factory=set)


@dataclass
class Look:
    """Asks pages and keeps what they are made of; `payload` is what it sends of its own, each form for `things` things
    at most (the frame's forms are the same on every page)."""

    client: Client
    payload: str
    things: int
    seen: Seen
    sent: Counter[str] = field(default_factory=Counter)

    def get(self, url: str, key: str, **headers: str) -> Skeleton | None:
        return self._keep(f"GET {key} {headers}", self.client.get(url, headers=headers, follow=True))

    def _keep(self, key: str, answer: Any) -> Skeleton | None:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if not answer["Content-Type"].startswith("text/html"):
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["Content-Type"].split(";")[0] in NO_MARKUP or "attachment" in answer["Content-Disposition"]
            return None
        page = body.decode()
        assert SUM not in page
        skeleton = Skeleton(page)
        assert skeleton.wrong == []
        self.seen.pages[key] = skeleton.elements
        if SHOWN in page:
            self.seen.showing.add(key)
        return skeleton

    def wants(self, form: Form) -> bool:
        kind = re.sub(r"\d+", "N", form.action)
        self.sent[kind] += 1
        return form.method == "post" and kind != reverse("account_logout") and self.sent[kind] <= self.things

    def post(self, base: str, form: Form, key: str) -> None:
        """Send the form with the payload in each field that takes text, to be undone."""
        action = urljoin(base, form.action)
        typed = {name: value if kind in KEPT else self.payload for name, kind, value in form.fields}
        for headers in ({}, HTMX):
            files = {name: self._file() for name, kind, _ in form.fields if kind == "file"}
            with transaction.atomic():
                answer = self.client.post(action, typed | files, headers=headers, follow=True)
                self._keep(f"POST {key} {urlsplit(action).path} {sorted(typed)} {headers}", answer)
                transaction.set_rollback(True)

    def _file(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.payload.replace("/", "_") + ".jsonl", line(self.payload))


def addresses(world: World) -> Iterator[tuple[str, str]]:
    """Every page of the matrix, of every dataset, job and account: its address, and a name for it that stays. What is
    only a part of a job's page is asked for one job in each state."""
    own = list(Dataset.objects.filter(team=world.team).order_by("pk"))
    jobs = list(Job.objects.filter(team=world.team).order_by("pk"))
    accounts = list(ProviderAccount.objects.filter(team=world.team).order_by("pk"))
    for name in ROWS:
        given = world.arguments.get(name, {})
        many: list[tuple[str, Any]] = [("", None)]
        if "job_id" in given:
            asked = jobs if name == "job" else {job.state: job for job in jobs}.values()
            many = [("job_id", job.pk) for job in asked]
        elif name.startswith("dataset"):
            many = [(key, dataset.pk) for dataset in own for key in ("pk", "dataset_id") if key in given] or many
        elif name.startswith("account_") and "pk" in given:
            many = [("pk", account.pk) for account in accounts]
        for number, (key, pk) in enumerate(many):
            world.arguments[name] = given | ({key: pk} if key else {})
            yield world.url(name), f"{name} {number}"
        world.arguments[name] = given


def look_around(world: World, payload: str, things: int) -> Seen:
    seen = Seen()
    member, nobody = Look(world.browser("admin"), payload, things, seen), Look(Client(), payload, things, seen)
    asked = urlencode(dict.fromkeys(ASKED, payload))
    for url, key in addresses(world):
        page = member.get(url, key)
        if key.endswith(" 0"):
            member.get(url, f"{key} fragment", **HTMX)
            member.get(f"{url}?{asked}", f"{key} asked")
            nobody.get(url, f"{key} nobody")
        name = key.split()[0]
        if name != "account_logout" and ROWS[name].post.split()[-1] != "405":
            member.post(url, Form("", "post"), f"{key} bare")  # also what no button offers now: that came too late
        for number, form in enumerate(page.forms if page else []):
            if member.wants(form):
                member.post(url, form, f"{key} {number}")
    member.get(f"/t/{quote(payload, safe='')}/", "no such team")
    member.get(f"/{quote(payload)}/", "no such page")
    nobody.get(f"/sign-in/?next={quote(payload)}", "sign in")
    return seen


def seen_with(world: World, admin: User, account: ProviderAccount, first: int, things: int, *, is_plain: bool) -> Seen:
    """All pages with other texts in them, which are gone again afterwards."""
    with transaction.atomic():
        rows.fill(world.team, admin, account, taking_turns(first, is_plain=is_plain))
        rows.overwrite(taking_turns(first, is_plain=is_plain))
        payload = PAYLOADS[first % len(PAYLOADS)]
        seen = look_around(world, plain(payload) if is_plain else payload, things)
        transaction.set_rollback(True)
    return seen


@pytest.mark.parametrize(
    ("first", "things"), [(0, 1), *(pytest.param(first, 3, marks=pytest.mark.deep) for first in range(17))]
)
def test_no_text_becomes_an_element(
    world: World, admin: User, account: ProviderAccount, first: int, things: int
) -> None:
    harmless = seen_with(world, admin, account, first, things, is_plain=True)
    found = seen_with(world, admin, account, first, things, is_plain=False)
    assert len(harmless.pages) > 200
    known = {element for page in harmless.pages.values() for element in page}
    assert {key: new for key, page in found.pages.items() if (new := set(page) - known)} == {}
    assert len(found.showing) > 50  # the payloads did get there


LONG_LINES = ['{"messages": "%s"}', '{"prompt": "a", "completion": "b", "%s": 1}', '{"text": [1], "x": "%s"}', "%s"]


@pytest.mark.deep
@pytest.mark.parametrize("character", ["x", "<", "\u202e", "中", "\u0301", '"'], ids=ascii)
@pytest.mark.parametrize("shape", LONG_LINES)
def test_ten_megabytes_of_one_character_are_a_small_page(world: World, admin: User, character: str, shape: str) -> None:
    written = character if shape == "%s" else json.dumps(character, ensure_ascii=False)[1:-1]
    pages = []
    for length in (10_000, 10_000_000):
        long = (shape % (written * (length // len(written.encode())))).encode()
        dataset = make_dataset(world.team, admin, b"\n".join([line(), long, line("b")]), f"{length}.jsonl")
        checking.check(dataset.pk)
        page = world.browser("admin").get(f"/t/lab/datasets/{dataset.pk}/")
        assert len(page.content) < 100_000
        pages.append(set(Skeleton(page.content.decode()).elements))
    assert pages[1] <= pages[0]
