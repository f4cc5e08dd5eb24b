"""The form for a new job: what it offers, what it refuses and where it says so, what it queues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from datasets.models import Dataset
from jobs.models import BaseModel, HyperParameter, Job, ProviderJob
from jobs.states import State
from teams.models import ProviderAccount, Team, User
from tests.jobs.conftest import MakeJob
from tests.jobs.pages import Page

NEW = "/t/lab/jobs/new/"
HTMX = {"HX-Request": "true"}
SignIn = Callable[[User], Client]


@pytest.fixture
def lin(client_for: SignIn, member: User, account: ProviderAccount) -> Client:
    return client_for(member)


@pytest.fixture
def later_model(db: None) -> BaseModel:
    """A model whose hyper-parameters are others."""
    model = BaseModel.objects.create(name="qwen3-14b", order=9)
    settings: list[tuple[str, str, dict[str, Any]]] = [
        ("batch_size", "choice", {"choices": [16, 64], "default": "64"}),
        ("max_length", "integer", {"minimum": 500, "maximum": 8192, "required": True, "default": "2048"}),
    ]
    for name, kind, more in settings:
        HyperParameter.objects.create(base_model=model, name=name, kind=kind, **more)
    return model


def post(lin: Client, chosen: Dataset, **fields: Any) -> Any:
    filled: dict[str, Any] = {"dataset": chosen.pk, "base_model": "qwen-turbo", "name": "mine"}
    return lin.post(NEW, filled | fields)


def refused(lin: Client, chosen: Dataset, **fields: Any) -> Page:
    """The form as it comes back."""
    response = post(lin, chosen, **fields)
    assert response.status_code == 422
    assert not Job.objects.exists()
    return Page(response)


def test_it_queues_what_was_asked_for(lin: Client, dataset: Dataset, member: User, account: ProviderAccount) -> None:
    response = post(lin, dataset, hp_n_epochs="3", hp_batch_size="4", hp_learning_rate="2e-5")
    job = Job.objects.get()

    assert (response.status_code, response["Location"]) == (302, f"/t/lab/#job-{job.pk}")
    assert (job.name, job.base_model, job.dataset, job.account) == ("mine", "qwen-turbo", dataset, account)
    assert job.hyper_parameters == {"n_epochs": 3, "batch_size": 4, "learning_rate": 2e-5}
    assert (job.state, job.created_by, job.validation_dataset) == (State.QUEUED, member, None)
    assert "mine is in the queue." in Page(lin.get("/t/lab/")).text


def test_what_is_left_empty_is_left_to_the_service(lin: Client, dataset: Dataset) -> None:
    post(lin, dataset, hp_n_epochs="", hp_batch_size="", hp_learning_rate=" ")

    assert Job.objects.get().hyper_parameters == {}


def test_validation_data_go_along(lin: Client, dataset: Dataset) -> None:
    post(lin, dataset, validation_dataset=dataset.pk)

    assert Job.objects.get().validation_dataset == dataset


@time_machine.travel("2026-11-25T12:00:00Z")
def test_an_empty_name_is_made(lin: Client, dataset: Dataset) -> None:
    post(lin, dataset, name="  ")
    Dataset.objects.update(name=f"{'很长' * 60}.jsonl")
    post(lin, dataset, name="", hp_n_epochs="2")
    second, first = Job.objects.order_by("-pk")

    assert first.name == "faq v1 qwen-turbo 2026-11-25"
    assert second.name.endswith("很 v1 qwen-turbo 2026-11-25")
    assert len(second.name) == 64


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("hp_n_epochs", "12", "12 is more than 10."),
        ("hp_batch_size", "3", "3 is not one of these: 2 or 4."),
        ("hp_learning_rate", "nan", "nan is not a number."),
        ("name", "x" * 65, "at most 64 characters"),
        ("base_model", "gpt", "This model is not offered."),
        ("dataset", "999999", "This team has no such dataset."),
        ("dataset", "9" * 40, "This team has no such dataset."),
        ("dataset", "x", "This team has no such dataset."),
        ("dataset", "", "Choose the data to train on."),
        ("validation_dataset", "999999", "This team has no such dataset."),
    ],
)
def test_an_error_stands_beside_its_field(lin: Client, dataset: Dataset, field: str, typed: str, said: str) -> None:
    page = refused(lin, dataset, **{field: typed})

    assert said in page.text
    assert "Not queued yet: one thing is not right." in page.text
    if field != "base_model":
        control = page.by_id(f"id_{field}")
        assert control["aria-invalid"] == "true"
        assert f"id_{field}_error" in str(control["aria-describedby"]).split()
        assert f"id_{field}_error" in page.ids
    assert f"#id_{field}" in [a.get("href") for a in page.all("a")] or field == "base_model"


def test_all_that_was_typed_is_kept(lin: Client, dataset: Dataset) -> None:
    page = refused(lin, dataset, hp_n_epochs="12", hp_learning_rate="nope", hp_batch_size="3")

    assert page.by_id("id_hp_n_epochs")["value"] == "12"
    assert page.by_id("id_hp_learning_rate")["value"] == "nope"
    assert page.by_id("id_name")["value"] == "mine"
    assert {"3", str(dataset.pk)} <= {option.get("value") for option in page.all("option") if "selected" in option}
    assert "3 things are not right" in page.text


def test_a_dataset_with_errors_is_listed_and_refused(lin: Client, dataset: Dataset) -> None:
    Dataset.objects.update(state=Dataset.State.REFUSED, counts={"blank_line": 36, "invalid_json": 1})
    assert "faq.jsonl v1, 37 errors" in Page(lin.get(NEW)).text

    page = refused(lin, dataset)

    assert "It has 37 errors. Mend them first." in page.text
    assert f"/t/lab/datasets/{dataset.pk}/" in [a.get("href") for a in page.all("a")]


def test_a_dataset_that_is_being_checked_is_refused(lin: Client, dataset: Dataset) -> None:
    Dataset.objects.update(state=Dataset.State.CHECKING)

    assert "It is still being checked." in refused(lin, dataset).text


def test_fifty_examples_are_needed(lin: Client, dataset: Dataset) -> None:
    Dataset.objects.update(examples=49)
    assert "It has 49 examples; the service needs at least 50." in refused(lin, dataset).text

    Dataset.objects.update(examples=50)
    assert post(lin, dataset).status_code == 302


@pytest.mark.parametrize(
    ("lines", "typed", "said"),
    [
        (64, "64", "64 is not less than the 64 lines of the file."),
        (60, "", "It has 60 lines, and must have more than the default batch_size of this model, 64."),
        (65, "64", ""),
        (65, "", ""),
        (60, "16", ""),
    ],
)
@pytest.mark.usefixtures("later_model")
def test_more_lines_than_a_batch_are_needed(lin: Client, dataset: Dataset, lines: int, typed: str, said: str) -> None:
    Dataset.objects.update(lines=lines, examples=lines)
    response = post(lin, dataset, base_model="qwen3-14b", hp_batch_size=typed, hp_max_length="2048")

    assert response.status_code == (422 if said else 302)
    if said:
        assert said in Page(response).text
        assert Page(response).by_id("id_hp_batch_size" if typed else "id_dataset")["aria-invalid"] == "true"


@pytest.mark.usefixtures("later_model")
def test_a_required_setting_must_be_given(lin: Client, dataset: Dataset) -> None:
    Dataset.objects.update(lines=100)

    assert "The service needs this one." in refused(lin, dataset, base_model="qwen3-14b").text


def test_a_setting_of_another_model_is_not_dropped_silently(lin: Client, dataset: Dataset) -> None:
    page = refused(lin, dataset, hp_max_length="2048")

    assert "max_length is no setting of this model. What was typed: 2048." in page.text


def test_a_choice_of_model_shows_its_settings(lin: Client, later_model: BaseModel) -> None:
    page = Page(lin.get(NEW, {"base_model": "qwen3-14b", "hp_batch_size": "16"}, headers=HTMX))

    assert "settings" in page.ids
    assert not page.all("html")
    assert "Whole number, 500 to 8192. The service needs it." in page.text
    assert "id_hp_n_epochs" not in page.ids


@pytest.mark.usefixtures("later_model")
def test_without_javascript_a_button_shows_them(lin: Client, dataset: Dataset) -> None:
    response = post(lin, dataset, base_model="qwen3-14b", hp_batch_size="16", show="settings")
    page = Page(response)

    assert response.status_code == 200
    assert page.by_id("id_name")["value"] == "mine"
    assert "id_hp_max_length" in page.ids
    assert not Job.objects.exists()
    assert "Not queued yet" not in page.text


def test_ranges_and_defaults_stand_under_the_fields(lin: Client) -> None:
    text = Page(lin.get(NEW)).text

    assert "Whole number, 1 to 10. Default 1." in text
    assert "2 or 4. Default 2." in text
    assert "Number, greater than 0. Default 2e-5." in text


def test_it_comes_filled_for_a_dataset(lin: Client, dataset: Dataset) -> None:
    page = Page(lin.get(NEW, {"dataset": dataset.pk}))

    assert str(dataset.pk) in [option.get("value") for option in page.all("option") if "selected" in option]


def test_it_comes_filled_from_an_earlier_job(lin: Client, dataset: Dataset, make_job: MakeJob) -> None:
    earlier = make_job(
        name="r1",
        state=State.FAILED,
        base_model="qwen-7b-chat",
        hyper_parameters={"n_epochs": 3, "learning_rate": 3e-4, "batch_size": 4},
    )
    page = Page(lin.get(NEW, {"from": earlier.pk}))
    selected = [option.get("value") for option in page.all("option") if "selected" in option]

    assert page.by_id("id_name")["value"] == "r1"
    assert page.by_id("id_hp_n_epochs")["value"] == "3"
    assert page.by_id("id_hp_learning_rate")["value"] == "0.0003"
    assert {str(dataset.pk), "4"} <= set(selected)
    assert [radio["value"] for radio in page.all("input") if "checked" in radio] == ["qwen-7b-chat"]


def test_a_changed_run_knows_where_it_came_from(lin: Client, dataset: Dataset, make_job: MakeJob) -> None:
    earlier = make_job(state=State.FAILED)
    post(lin, dataset, run_of=earlier.pk)

    assert Job.objects.get(state=State.QUEUED).run_of == earlier


@pytest.mark.parametrize(
    "query", [{"dataset": "x"}, {"dataset": "9" * 40}, {"from": "x"}, {"base_model": "x"}, {"hp_n_epochs": "<b>"}]
)
def test_a_strange_address_is_no_error(lin: Client, query: dict[str, str]) -> None:
    assert lin.get(NEW, query).status_code == 200


def test_datasets_and_jobs_of_other_teams_do_not_exist(
    client_for: SignIn, outsider: User, dataset: Dataset, make_job: MakeJob
) -> None:
    elsewhere = client_for(outsider)
    earlier = make_job()

    assert "faq.jsonl" not in Page(elsewhere.get("/t/elsewhere/jobs/new/", {"dataset": dataset.pk})).text
    assert elsewhere.get("/t/elsewhere/jobs/new/", {"from": earlier.pk}).status_code == 404


def test_a_second_click_queues_nothing_more(lin: Client, dataset: Dataset) -> None:
    first, second = post(lin, dataset), post(lin, dataset)

    assert first["Location"] == second["Location"]
    assert Job.objects.count() == 1


def test_several_accounts_are_a_choice(lin: Client, dataset: Dataset, team: Team) -> None:
    other = ProviderAccount(team=team, name="Second", base_url="http://127.0.0.1:9")
    other.set_key("sk-2")
    other.save()
    assert "id_account" in Page(lin.get(NEW)).ids
    assert "No account is switched on" in refused(lin, dataset).text  # one must be chosen

    post(lin, dataset, account=other.pk)
    assert Job.objects.get().account == other


def test_an_account_that_is_off_takes_no_job(lin: Client, dataset: Dataset) -> None:
    ProviderAccount.objects.update(is_active=False)

    assert "No account is switched on, so nothing could be sent." in Page(lin.get(NEW)).text
    assert refused(lin, dataset)


def test_it_says_what_will_happen(lin: Client, make_job: MakeJob, account: ProviderAccount) -> None:
    assert "It is next" in Page(lin.get(NEW)).text

    running = make_job(name="long one", state=State.RUNNING, provider_job_id="ft-1")
    ProviderJob.objects.create(account=account, provider_job_id="ft-1", job=running, status="RUNNING")
    assert "It waits for the running slot. long one has it." in Page(lin.get(NEW)).text

    make_job()
    text = Page(lin.get(NEW)).text
    assert "It waits for those before it." in text
    assert "Place in the queue #2" in text


def test_it_says_the_place_of_the_persons_next_turn(lin: Client, make_job: MakeJob, admin: User) -> None:
    for _ in range(3):
        make_job(created_by=admin)

    assert "Place in the queue #2" in Page(lin.get(NEW)).text


def test_it_says_when_no_slot_is_left(lin: Client, make_job: MakeJob, account: ProviderAccount) -> None:
    account.max_existing = 1
    account.save()
    done = make_job(name="holder", state=State.SUCCEEDED, provider_job_id="ft-1")
    ProviderJob.objects.create(account=account, provider_job_id="ft-1", job=done, status="SUCCEEDED")
    page = Page(lin.get(NEW))

    assert "No slot will be left for it. holder has succeeded and can give one now." in page.text
    assert f"/t/lab/jobs/{done.pk}/free/" in [a.get("href") for a in page.all("a")]


def test_hostile_input_stays_text(lin: Client, dataset: Dataset) -> None:
    hostile = '"><img src=x onerror=alert(1) hx-get=/x>'
    Dataset.objects.update(name=hostile)
    page = refused(lin, dataset, name=hostile, hp_n_epochs=hostile, hp_batch_size=hostile, hp_other=hostile)

    assert not page.all("img")
    assert page.by_id("id_hp_n_epochs")["value"] == hostile


def test_only_members_may(client_for: SignIn, viewer: User, outsider: User, dataset: Dataset) -> None:
    for method in ("get", "post"):
        assert getattr(client_for(viewer), method)(NEW).status_code == 403
        assert getattr(client_for(outsider), method)(NEW).status_code == 404


@pytest.mark.parametrize("datasets", [1, 9])
def test_queries_do_not_grow_with_the_datasets_performance(
    lin: Client, dataset: Dataset, django_assert_num_queries: DjangoAssertNumQueries, datasets: int
) -> None:
    for version in range(2, datasets + 2):
        dataset.pk, dataset.version = None, version
        dataset.save()
    lin.get(NEW)

    with django_assert_num_queries(14):
        lin.get(NEW)


def test_a_form_of_an_outdated_page_keeps_what_was_typed(
    client_for: SignIn, member: User, account: ProviderAccount, dataset: Dataset
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    typed = {"name": "my <b>job</b>", "dataset": dataset.pk, "base_model": "qwen-7b-chat", "hp_n_epochs": "7"}
    answer = browser.post("/t/lab/jobs/new/", {**typed, "csrfmiddlewaretoken": "x" * 64})
    page = Page(answer)

    assert answer.status_code == 403
    assert "Nothing was queued: the page was out of date." in page.text
    assert not Job.objects.exists()
    values = {attrs.get("name"): attrs.get("value") for tag, attrs in page.elements if tag == "input"}
    assert (values["name"], values["hp_n_epochs"]) == ("my <b>job</b>", "7")
    assert f'<option value="{dataset.pk}" selected>' in answer.content.decode()

    token = browser.cookies["csrftoken"].value
    assert browser.post("/t/lab/jobs/new/", {**typed, "csrfmiddlewaretoken": token}).status_code == 302
    assert Job.objects.get().hyper_parameters == {"n_epochs": 7}


@pytest.mark.parametrize("person", ["viewer", "outsider"])
def test_who_may_not_see_the_form_gets_the_usual_answer(
    person: str, request: pytest.FixtureRequest, team: Team
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(request.getfixturevalue(person))
    answer = browser.post("/t/lab/jobs/new/", {"name": "x"})
    assert answer.status_code == 403
    assert "The page was out of date." in answer.content.decode()
    assert "Put in the queue" not in answer.content.decode()


@pytest.mark.parametrize(("typed", "kept"), [("", 0), ("0", 0), ("3", 3)])
def test_it_may_run_again_by_itself(lin: Client, dataset: Dataset, typed: str, kept: int) -> None:
    assert "So often at most, 0 to 3, after code 1" in Page(lin.get(NEW)).text
    post(lin, dataset, reruns_left=typed)

    assert Job.objects.get().reruns_left == kept


@pytest.mark.parametrize("typed", ["4", "-1", "x"])
def test_not_oftener_than_the_stated_maximum(lin: Client, dataset: Dataset, typed: str) -> None:
    assert "id_reruns_left" in refused(lin, dataset, reruns_left=typed).ids
    assert not Job.objects.exists()
