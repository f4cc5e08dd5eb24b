"""Every address of the portal × who asks × how: what it answers.

A new URL needs a row in ROWS, else `test_every_address_has_a_row` fails. A row gives, in the order of PEOPLE, the
statuses of GET and of an empty POST; `world` says what stands for the arguments of an address.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from datasets import uploads
from datasets.models import Conversion, Dataset, Fixing, Split
from jobs.models import Job
from teams.models import Invitation, Membership, ProviderAccount, Role, Team, User

PEOPLE = ("nobody", "outsider", "viewer", "member", "admin")
HTMX = {"HX-Request": "true"}

# Words for what stands in most rows. Nobody is asked to sign in, an outsider finds nothing.
VIEWERS, MEMBERS, ADMINS = "302 404 200 200 200", "302 404 403 200 200", "302 404 403 403 200"
MEMBERS_FORM, ADMINS_FORM = "302 404 403 422 422", "302 404 403 403 422"
MEMBERS_ACT, ADMINS_ACT = "302 404 403 302 302", "302 404 403 403 302"
NO_VIEWERS, NO_MEMBERS, NO_ADMINS = "302 404 405 405 405", "302 404 403 405 405", "302 404 403 403 405"
ALL_200, ALL_302, ALL_405, ALL_410 = (" ".join([status] * 5) for status in ("200", "302", "405", "410"))


@dataclass(frozen=True)
class Row:
    get: str
    post: str
    of_a_team: bool = False  # outsiders must get 404 whatever they do
    htmx_post: str = ""  # where a fragment answers another way than the page


def of_team(get: str, post: str, *, htmx_post: str = "") -> Row:
    return Row(get, post, of_a_team=True, htmx_post=htmx_post)


ROWS = {
    # the frame
    "set_language": Row(ALL_405, ALL_302),
    "set_theme": Row(ALL_405, ALL_302),
    "health": Row(ALL_200, ALL_405),
    # people
    "home": Row(ALL_302, ALL_405),
    "setup": Row(ALL_410, ALL_410),
    "join": Row("200 200 302 302 302", "422 302 302 302 302"),
    "set_password": Row(ALL_200, "422 422 422 422 422"),
    "account_login": Row("200 302 302 302 302", "422 302 302 302 302"),
    "account_logout": Row(ALL_405, ALL_302),
    "account_change_password": Row("302 200 200 200 200", "302 422 422 422 422"),
    "profile": Row("302 200 200 200 200", "302 302 302 302 302"),
    # a team's people and accounts
    "team": of_team(VIEWERS, NO_VIEWERS),
    "invite": of_team(NO_ADMINS, ADMINS_FORM),
    "invitation_revoke": of_team(NO_ADMINS, ADMINS_ACT),
    "member_role": of_team(NO_ADMINS, ADMINS_FORM),
    "member_remove": of_team(NO_ADMINS, ADMINS_ACT),
    "member_password": of_team(NO_ADMINS, ADMINS),
    "audit": of_team(ADMINS, NO_ADMINS),
    "accounts": of_team(VIEWERS, NO_VIEWERS),
    "account_new": of_team(ADMINS, ADMINS_FORM),
    "account_edit": of_team(ADMINS, ADMINS_FORM),
    "account_switch": of_team(NO_ADMINS, ADMINS_ACT),
    # datasets
    "datasets": of_team(VIEWERS, NO_VIEWERS),
    "dataset_new": of_team(MEMBERS, MEMBERS_FORM),
    "dataset_next": of_team(MEMBERS, NO_MEMBERS),
    "dataset_paste": of_team(MEMBERS, MEMBERS_FORM),
    "dataset_sample": of_team(VIEWERS, NO_VIEWERS),
    "dataset_convert": of_team(MEMBERS, MEMBERS_FORM),
    "dataset_conversion": of_team(VIEWERS, NO_VIEWERS),
    "dataset_uploads": of_team(NO_MEMBERS, "302 404 403 412 412"),
    "dataset_upload": of_team("302 404 403 200 404", NO_MEMBERS),
    "dataset": of_team(VIEWERS, NO_VIEWERS),
    "dataset_progress": of_team(VIEWERS, NO_VIEWERS),
    "dataset_download": of_team(VIEWERS, NO_VIEWERS),
    "dataset_report": of_team(VIEWERS, NO_VIEWERS),
    "dataset_delete": of_team(MEMBERS, MEMBERS_ACT),
    "dataset_insight": of_team(VIEWERS, NO_VIEWERS),
    "dataset_examples": of_team(VIEWERS, NO_VIEWERS),
    "dataset_overlap": of_team(VIEWERS, NO_VIEWERS),
    "dataset_archive": of_team(NO_MEMBERS, MEMBERS_ACT),
    "dataset_unarchive": of_team(NO_MEMBERS, MEMBERS_ACT),
    "dataset_split": of_team(MEMBERS, MEMBERS_FORM),
    "dataset_parts": of_team(VIEWERS, NO_VIEWERS),
    "dataset_dismiss": of_team(MEMBERS, MEMBERS_FORM),
    "dataset_undismiss": of_team(NO_MEMBERS, MEMBERS_ACT),
    "dataset_line": of_team(VIEWERS, NO_VIEWERS),
    "dataset_line_text": of_team(VIEWERS, NO_VIEWERS),
    "dataset_line_raw": of_team(VIEWERS, NO_VIEWERS),
    "dataset_line_save": of_team(NO_MEMBERS, MEMBERS_FORM),
    "dataset_line_judge": of_team(NO_MEMBERS, MEMBERS),
    "dataset_fixes": of_team(MEMBERS, MEMBERS),
    "dataset_fix": of_team(NO_MEMBERS, MEMBERS_FORM),
    "dataset_fixing": of_team(MEMBERS, NO_MEMBERS),
    "dataset_aside": of_team("302 404 404 404 404", NO_VIEWERS),
    "dataset_compare": of_team(VIEWERS, NO_VIEWERS),
    "dataset_restore": of_team(NO_MEMBERS, MEMBERS_ACT),
    # jobs
    "board": of_team(VIEWERS, NO_VIEWERS),
    "new_job": of_team(MEMBERS, MEMBERS_FORM),
    "job_estimate": of_team(MEMBERS, NO_MEMBERS),
    "dataset_costs": of_team(VIEWERS, NO_VIEWERS),
    "job": of_team(VIEWERS, NO_VIEWERS),
    "job_log_tail": of_team("302 404 204 204 204", NO_VIEWERS),
    "job_log": of_team(VIEWERS, NO_VIEWERS),
    "job_row": of_team(VIEWERS, NO_VIEWERS),
    "account_retry": of_team(NO_ADMINS, ADMINS_ACT),
    "job_cancel": of_team(MEMBERS, MEMBERS_ACT, htmx_post=MEMBERS),
    "job_move": of_team(NO_MEMBERS, "302 404 403 400 400"),
    "job_hold": of_team(MEMBERS, MEMBERS_ACT, htmx_post=MEMBERS),
    "job_release": of_team(NO_MEMBERS, MEMBERS_ACT, htmx_post=MEMBERS),
    "job_put_back": of_team(NO_MEMBERS, MEMBERS),
    "job_free": of_team(MEMBERS, MEMBERS_ACT, htmx_post=MEMBERS),
    "job_rerun": of_team(MEMBERS_ACT, MEMBERS_ACT, htmx_post=MEMBERS),
}


class World:
    """The people, and for each address the arguments that name something which is there."""

    def __init__(self, team: Team, account: ProviderAccount, people: dict[str, User]) -> None:
        from teams import passwords

        self.team, self.people = team, people
        self.invitation, token = Invitation.create(team=team, role=Role.VIEWER, created_by=people["admin"])
        guest = User.objects.create_user("guest", password="correct horse battery")
        self.membership = Membership.objects.create(team=team, user=guest, role=Role.VIEWER)
        uid, password_token = passwords.make_link(guest, team, people["admin"])
        self.arguments: dict[str, dict[str, Any]] = {
            "setup": {"token": "x"},
            "join": {"token": token},
            "set_password": {"uid": uid, "token": password_token},
            "invitation_revoke": {"pk": self.invitation.pk},
            **{f"member_{verb}": {"pk": self.membership.pk} for verb in ("role", "remove", "password")},
            **{f"account_{verb}": {"pk": account.pk} for verb in ("edit", "switch")},
            "account_retry": {"account_id": account.pk},
            **_datasets_and_jobs(account, people["member"]),
        }

    def url(self, name: str) -> str:
        arguments = self.arguments.get(name, {})
        return reverse(name, kwargs={"team": self.team.slug, **arguments} if ROWS[name].of_a_team else arguments)

    def browser(self, person: str, *, enforce_csrf_checks: bool = False) -> Client:
        client = Client(enforce_csrf_checks=enforce_csrf_checks)
        if person != "nobody":
            client.force_login(self.people[person])
        return client

    def ask(self, name: str, person: str, method: str, **headers: str) -> HttpResponse:
        """One request, whose effects are undone."""
        with transaction.atomic():
            browser, url = self.browser(person), self.url(name)
            answer: Any = browser.post(url, headers=headers) if method == "POST" else browser.get(url, headers=headers)
            answer.getvalue()  # a download is read to its end
            transaction.set_rollback(True)
        return answer  # type: ignore[no-any-return]


def _datasets_and_jobs(account: ProviderAccount, user: User) -> dict[str, dict[str, Any]]:
    """A dataset that no job uses, another with its job, and what their addresses name."""
    made = [
        Dataset.objects.create(
            team=account.team, name=name, sha256=letter * 64, size=3, state=Dataset.State.READY, uploaded_by=user
        )
        for name, letter in (("unused.jsonl", "a"), ("used.jsonl", "b"))
    ]
    for dataset in made:
        if not default_storage.exists(dataset.path):
            default_storage.save(dataset.path, ContentFile(b"{}\n"))
    table = Dataset.objects.create(
        team=account.team, name="t.csv", sha256="c" * 64, size=3, counts={"invalid_json": 2}, uploaded_by=user
    )
    if not default_storage.exists(table.path):
        default_storage.save(table.path, ContentFile(b"q,a\nx,y\n"))
    conversion = Conversion.objects.create(source=table, kind="csv", state=Conversion.State.DONE, asked_by=user)
    job = Job.objects.create(
        team=account.team, account=account, dataset=made[1], name="faq", base_model="qwen-turbo", created_by=user
    )
    second = Dataset.objects.create(
        team=account.team, name="unused.jsonl", version=2, sha256="a" * 64, size=3, state="ready", uploaded_by=user
    )
    fixing = Fixing.objects.create(dataset=made[0], fixes=["drop_blank"], is_preview=False, requested_by=user)
    looks = ("progress", "download", "report", "examples", "overlap", "insight", "aside")
    verbs = (*looks, "delete", "restore", "fixes", "fix")
    of_lines = ("line", "line_text", "line_raw", "line_save", "line_judge")
    return {
        "dataset_convert": {"pk": table.pk},
        "dataset_conversion": {"pk": conversion.pk},
        "dataset_sample": {"name": "messages"},
        "dataset_upload": {"pk": uploads.start(team=account.team, user=user, name="new.jsonl", size=9).pk},
        "dataset": {"pk": made[0].pk},
        **{f"dataset_{verb}": {"pk": made[0].pk} for verb in verbs},
        **{f"dataset_{verb}": {"pk": made[0].pk, "code": "extra_key"} for verb in ("dismiss", "undismiss")},
        "dataset_costs": {"dataset_id": made[0].pk},
        **{f"dataset_{verb}": {"pk": made[0].pk, "number": 1} for verb in of_lines},
        "dataset_compare": {"pk": second.pk},
        "dataset_fixing": {"fixing": fixing.pk},
        **{f"dataset_{verb}": {"pk": made[0].pk} for verb in ("split", "archive", "unarchive")},
        "dataset_parts": {"split": Split.objects.create(source=made[0], share=10, seed=1, requested_by=user).pk},
        "job": {"job_id": job.pk},
        **{f"job_{noun}": {"job_id": job.pk} for noun in ("log_tail", "log", "row")},
        **{
            f"job_{verb}": {"job_id": job.pk}
            for verb in ("cancel", "move", "hold", "release", "put_back", "free", "rerun")
        },
    }


@pytest.fixture
def world(
    team: Team, account: ProviderAccount, outsider: User, viewer: User, member: User, admin: User, settings: Any
) -> World:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}  # no limits here
    people = {"outsider": outsider, "viewer": viewer, "member": member, "admin": admin}
    return World(team, account, people)


def addresses(patterns: Any = None) -> Iterator[str]:
    """The names of all URL patterns but those of Django's admin, which a test of its own covers."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or f"without a name: {pattern.pattern}"
        elif isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from addresses(pattern.url_patterns)


def test_every_address_has_a_row() -> None:
    assert sorted(set(addresses()) - set(ROWS)) == []


def statuses(world: World, method: str) -> dict[str, str]:
    """What each address answers, in the order of PEOPLE."""
    return {name: " ".join(str(world.ask(name, who, method).status_code) for who in PEOPLE) for name in ROWS}


def test_get(world: World) -> None:
    assert statuses(world, "GET") == {name: row.get for name, row in ROWS.items()}


def test_post(world: World) -> None:
    assert statuses(world, "POST") == {name: row.post for name, row in ROWS.items()}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_htmx(method: str, world: World) -> None:
    """A fragment is guarded as the page is; nobody is asked to sign in by the whole page."""
    found, wanted = {}, {}
    for name, row in ROWS.items():
        first, *others = [world.ask(name, person, method, **HTMX) for person in PEOPLE]
        asked = "HX-Redirect" in first.headers
        if asked:
            assert (name, first.status_code, first.content) == (name, 200, b"")
            assert first["HX-Redirect"].startswith(reverse("account_login"))
        assert (name, asked) == (name, asked or row.of_a_team)
        found[name] = " ".join(["302" if asked else str(first.status_code), *(str(a.status_code) for a in others)])
        wanted[name] = row.get if method == "GET" else row.htmx_post or row.post
    assert found == wanted


def test_an_outsider_finds_nothing_of_a_team(world: World) -> None:
    browser = world.browser("outsider")
    for url in [world.url(name) for name, row in ROWS.items() if row.of_a_team]:
        for method in ("get", "post", "head", "put", "patch", "delete", "options"):
            assert (url, method, getattr(browser, method)(url).status_code) == (url, method, 404)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_post_without_a_token_is_refused(person: str, world: World) -> None:
    browser = world.browser(person, enforce_csrf_checks=True)
    for url in map(world.url, ROWS):
        for headers in ({}, HTMX):
            assert (url, browser.post(url, headers=headers).status_code) == (url, 403)


def admin_addresses() -> Iterator[str]:
    resolver = next(r for r in get_resolver().url_patterns if isinstance(r, URLResolver) and r.app_name == "admin")
    for name in resolver.reverse_dict:
        if isinstance(name, str):
            for arguments in ([], ["1"], ["1", "1"], ["teams"]):
                try:
                    yield reverse(f"admin:{name}", args=arguments)
                except NoReverseMatch:
                    continue
    yield from (f"{reverse('admin:index')}teams/{model}/" for model in ("user", "team"))


@pytest.mark.parametrize("person", PEOPLE)
def test_djangos_admin_is_for_superusers(person: str, world: World) -> None:
    browser = world.browser(person)
    found = {url: browser.get(url, follow=True) for url in sorted(set(admin_addresses()))}
    assert len(found) > 5
    for url, answer in found.items():
        if person == "nobody":
            assert (url, answer.request["PATH_INFO"]) == (url, reverse("account_login")) or answer.status_code == 405
        else:
            assert (url, answer.status_code) in ((url, 403), (url, 404), (url, 405))


@pytest.mark.parametrize("path", ["signup", "email", "password/reset", "reauthenticate", "confirm-email", "inactive"])
def test_nothing_else_of_allauth_is_there(path: str, client: Client, world: World) -> None:
    for prefix in ("", "accounts/", "account/", "you/"):
        assert client.get(f"/{prefix}{path}/").status_code == 404
