"""Whatever is sent, the sandbox answers as the service would."""

from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.helpers import Bench, bench

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NUMBERS = JSON | st.sampled_from(["1", "2e-5", "nan", "inf", "-1", 1, 2, 4, 1e400])
CREATE = st.fixed_dictionaries(
    {},
    optional={
        "validation_file_ids": JSON,
        "training_type": JSON,
        "job_name": JSON,
        "model_name": JSON,
        "finetuned_output_suffix": JSON,
        "hyper_parameters": JSON
        | st.fixed_dictionaries({}, optional={"n_epochs": NUMBERS, "batch_size": NUMBERS, "learning_rate": NUMBERS}),
    },
)
unhurried = partial(settings, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)


def follow(service: Bench, job_id: str) -> None:
    """Look at a job in every way at every age."""
    for wait in (0, 11, 10_000):
        service.wait(wait)
        for path in ("", "/logs", "/checkpoints"):
            service.ok("GET", f"/fine-tunes/{job_id}{path}")
    assert service.job(job_id)["status"] in ("SUCCEEDED", "FAILED")


@unhurried(max_examples=60)
@given(body=CREATE)
def test_any_create_is_refused_or_makes_a_job_that_ends(body: dict[str, Any]) -> None:
    with bench() as service:
        answer = service.call("POST", "/fine-tunes", service.wanted(**body))
        if answer.status == 200:
            follow(service, answer.json()["output"]["job_id"])
        else:
            assert answer.status in (400, 404)
        service.ok("GET", "/sandbox/records")


@unhurried(max_examples=40)
@given(body=st.dictionaries(st.sampled_from(["model_name", "capacity", "suffix", "name", "plan"]), JSON))
def test_any_deployment_is_refused_or_made(body: dict[str, Any]) -> None:
    with bench() as service:
        assert service.call("POST", "/deployments", {"model_name": "qwen-turbo"} | body).status in (200, 400, 404)
        service.ok("GET", "/deployments")
