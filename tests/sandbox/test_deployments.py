"""Deployments, models, speech hot words, and addresses that are none."""

from tests.sandbox.helpers import Bench, bench

PHRASES = {"model": "paraformer-realtime-v1", "training_type": "compile_asr_phrase", "training_file_ids": []}


def test_a_deployment_comes_up_over_time(service: Bench) -> None:
    model = service.job(service.finished())["finetuned_output"]
    made = service.ok("POST", "/deployments", {"model_name": model, "capacity": 2, "suffix": "x"})
    name = made["deployed_model"]
    assert (name, made["status"], made["gmt_create"]) == (f"{model}-x", "PENDING", "2023-11-15T06:13:20")
    states = []
    for wait in (6, 10):
        service.wait(wait)
        states.append(service.ok("GET", f"/deployments/{name}")["status"])
    assert states == ["DEPLOYING", "RUNNING"]
    assert service.ok("GET", f"/deployments/{name}")["ready_capacity"] == 2


def test_one_name_is_deployed_once(service: Bench) -> None:
    body = {"model_name": "qwen-turbo", "capacity": 1}
    service.ok("POST", "/deployments", body)
    assert service.error("POST", "/deployments", body) == (409, "Conflict")
    service.ok("POST", "/deployments", body | {"suffix": "two"})
    assert service.ok("GET", "/deployments")["total"] == 2
    assert service.ok("GET", "/deployments", key="sk-two")["total"] == 0


def test_a_deployment_is_scaled_and_deleted(service: Bench) -> None:
    service.ok("POST", "/deployments", {"model_name": "qwen-turbo", "capacity": 1})
    assert service.ok("PUT", "/deployments/qwen-turbo/scale", {"capacity": 4})["capacity"] == 4
    assert service.error("PUT", "/deployments/qwen-turbo/scale", {"capacity": 0}) == (400, "InvalidParameter")
    assert service.ok("DELETE", "/deployments/qwen-turbo") == {"status": "success"}
    assert service.ok("GET", "/deployments/qwen-turbo")["status"] == "DELETING"
    service.wait(6)
    assert service.error("GET", "/deployments/qwen-turbo") == (404, "NotFound")
    service.ok("POST", "/deployments", {"model_name": "qwen-turbo"})


def test_only_models_that_are_there_are_deployed(service: Bench) -> None:
    assert service.error("POST", "/deployments", {"model_name": "nope"}) == (404, "ModelNotFound")
    assert service.error("POST", "/deployments", {}) == (400, "InvalidParameter")


def test_the_list_of_models_grows_with_what_was_trained() -> None:
    with bench(models="qwen-turbo,other") as service:
        output = service.job(service.finished())["finetuned_output"]
        found = service.ok("GET", "/models?page_no=1&page_size=10")
        assert [row["model"] for row in found["models"]] == ["qwen-turbo", "other", output]


def test_hot_words_are_jobs_in_the_same_list_that_hold_no_slot(service: Bench) -> None:
    for _ in range(6):
        service.ok("POST", "/fine-tunes", PHRASES | {"hyper_parameters": {"phrase_list": {"next": 90}}})
    service.create()
    assert service.ok("GET", "/fine-tunes")["total"] == 7
    found = service.ok("GET", "/fine-tunes/outputs")
    assert found["total"] == 6
    service.wait(3)
    name = found["finetuned_outputs"][0]["finetuned_output"]
    assert service.ok("GET", f"/fine-tunes/outputs/{name}")["status"] == "SUCCEEDED"
    service.ok("DELETE", f"/fine-tunes/outputs/{name}")
    assert service.error("GET", f"/fine-tunes/outputs/{name}") == (404, "NotFound")


def test_any_other_address_is_404(service: Bench) -> None:
    for method, path in (("GET", "/nope"), ("PUT", "/files"), ("GET", "/fine-tunes/"), ("POST", "/fine-tunes/x/y")):
        assert service.error(method, path) == (404, "NotFound")
    assert service.error("GET", "/sandbox/nope")[0] == 404
