"""Lists: every page, each item once, and an honest `complete`."""

from typing import Any

import pytest
from responses import RequestsMock, matchers

from jobs.dashscope import Client, TooFast
from tests.jobs.dashscope.conftest import BASE


def page(service: RequestsMock, number: int, ids: list[Any], total: Any, size: int = 100) -> None:
    jobs = [{"job_id": job_id, "status": "RUNNING"} if isinstance(job_id, str) else job_id for job_id in ids]
    output = {"page_no": number, "page_size": size, "total": total, "jobs": jobs}
    asked = matchers.query_param_matcher({"page_no": number, "page_size": size})
    service.get(f"{BASE}/fine-tunes", json={"request_id": f"r-{number}", "output": output}, match=[asked])


def listed(client: Client, size: int = 100) -> tuple[list[str], bool]:
    found = client.list_fine_tunes(size)
    return [job.job_id for job in found.jobs], found.complete


def test_one_page_is_one_request(service: RequestsMock, client: Client) -> None:
    page(service, 1, ["a", "b"], 2)
    found = client.list_fine_tunes()
    assert ([job.job_id for job in found.jobs], found.complete) == (["a", "b"], True)
    assert (found.total, found.skipped, found.request_id) == (2, 0, "r-1")
    assert found.jobs[0].request_id == "r-1"


def test_an_empty_list_is_complete(service: RequestsMock, client: Client) -> None:
    page(service, 1, [], 0)
    assert listed(client) == ([], True)


def test_all_pages_are_read_and_no_more(service: RequestsMock, client: Client) -> None:
    for number, ids in enumerate([["a", "b"], ["c", "d"], ["e"]], start=1):
        page(service, number, ids, 5, size=2)
    assert listed(client, 2) == (["a", "b", "c", "d", "e"], True)
    assert len(service.calls) == 3


def test_a_service_that_gives_smaller_pages_than_asked_is_read_to_the_end(
    service: RequestsMock, client: Client
) -> None:
    page(service, 1, ["a"], 2)
    page(service, 2, ["b"], 2)
    assert listed(client) == (["a", "b"], True)


def test_a_job_made_meanwhile_is_seen_once_and_the_list_not_trusted(service: RequestsMock, client: Client) -> None:
    page(service, 1, ["b", "c"], 3, size=2)
    page(service, 2, ["c", "d"], 4, size=2)
    page(service, 3, [], 4, size=2)
    assert listed(client, 2) == (["b", "c", "d"], False)


def test_a_job_made_and_one_deleted_meanwhile(service: RequestsMock, client: Client) -> None:
    page(service, 1, ["b", "c"], 4, size=2)
    page(service, 2, ["c", "d"], 4, size=2)
    page(service, 3, [], 4, size=2)
    assert listed(client, 2) == (["b", "c", "d"], False)


def test_a_job_deleted_meanwhile_leaves_a_gap(service: RequestsMock, client: Client) -> None:
    page(service, 1, ["a", "b"], 4, size=2)
    page(service, 2, ["d"], 3, size=2)
    assert listed(client, 2) == (["a", "b", "d"], False)


def test_a_page_that_is_short_of_the_total(service: RequestsMock, client: Client) -> None:
    page(service, 1, ["a"], 3)
    page(service, 2, [], 3)
    assert listed(client) == (["a"], False)


def test_a_service_that_ignores_the_page_number_does_not_hold_us(service: RequestsMock, client: Client) -> None:
    page(service, 1, ["a"], 9)
    page(service, 2, ["a"], 9)
    assert listed(client) == (["a"], False)


@pytest.mark.parametrize("total", [None, "many"])
def test_without_a_total_the_list_ends_at_an_empty_page(service: RequestsMock, client: Client, total: Any) -> None:
    page(service, 1, ["a"], total)
    page(service, 2, [], total)
    assert listed(client) == (["a"], True)


def test_a_total_may_come_as_text(service: RequestsMock, client: Client) -> None:
    page(service, 1, ["a"], "1")
    assert listed(client) == (["a"], True)


@pytest.mark.parametrize(
    "entry", [None, 7, [], {}, [{"job_id": "x"}], {"status": "RUNNING"}, {"job_id": None}, {"job_id": ""}]
)
def test_an_entry_that_names_no_job_is_skipped_and_the_list_not_trusted(
    service: RequestsMock, client: Client, entry: Any
) -> None:
    page(service, 1, ["a", entry, "b"], 3)
    found = client.list_fine_tunes()
    assert ([job.job_id for job in found.jobs], found.complete, found.skipped) == (["a", "b"], False, 1)


def test_a_page_of_unreadable_entries_hides_none_of_the_next(service: RequestsMock, client: Client) -> None:
    page(service, 1, [None], 2, size=1)
    page(service, 2, ["b"], 2, size=1)
    assert listed(client, 1) == (["b"], False)


def test_no_list_of_no_jobs_is_an_empty_list(service: RequestsMock, client: Client) -> None:
    service.get(f"{BASE}/fine-tunes", json={"output": {"jobs": None, "total": 0}})
    assert listed(client) == ([], True)


@pytest.mark.parametrize("output", [None, {}, {"jobs": None, "total": 1}, {"jobs": {}, "total": 1}, "text"])
def test_an_answer_without_a_list_is_not_an_empty_list(service: RequestsMock, client: Client, output: Any) -> None:
    service.get(f"{BASE}/fine-tunes", json={"output": output})
    assert listed(client) == ([], False)


def test_a_page_that_fails_fails_the_list(service: RequestsMock, client: Client) -> None:
    page(service, 1, ["a"], 2, size=1)
    service.get(
        f"{BASE}/fine-tunes",
        status=429,
        json={"code": "Throttling.RateQuota", "message": "slow"},
        match=[matchers.query_param_matcher({"page_no": 2, "page_size": 1})],
    )
    with pytest.raises(TooFast):
        client.list_fine_tunes(1)


@pytest.mark.parametrize(("asked", "sent"), [(0, 1), (-5, 1), (1000, 100)])
def test_a_page_size_is_kept_in_the_services_bounds(
    service: RequestsMock, client: Client, asked: int, sent: int
) -> None:
    page(service, 1, [], 0, size=sent)
    assert listed(client, asked) == ([], True)


def test_files_come_under_data_without_their_links(service: RequestsMock, client: Client) -> None:
    file = {
        "file_id": "f-1",
        "name": "a.jsonl",
        "size": "12",
        "url": "https://oss.test/a?Signature=x",
        "api_key_id": "9",
    }
    service.get(f"{BASE}/files", json={"request_id": "r", "data": {"total": 1, "files": [file]}})
    found = client.list_files()
    assert (found.files[0].file_id, found.files[0].size, found.complete) == ("f-1", 12, True)
    assert "Signature" not in repr(found)


def test_deployments(service: RequestsMock, client: Client) -> None:
    deployment = {"deployed_model": "m-1", "status": "RUNNING", "capacity": 2, "gmt_create": "2025-06-17T11:00:38"}
    service.get(f"{BASE}/deployments", json={"output": {"total": 1, "deployments": [deployment]}})
    found = client.list_deployments()
    assert (found.deployments[0].deployed_model, found.deployments[0].capacity, found.complete) == ("m-1", 2, True)
