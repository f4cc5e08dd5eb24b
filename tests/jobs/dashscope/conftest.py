"""A client whose waits are recorded instead of slept, and the service's address under `responses`."""

from collections.abc import Iterator

import pytest
import responses

from jobs.dashscope import Client

BASE = "https://dashscope.test/api/v1"
KEY = "sk-marked0123456789abcdef"


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(waits: list[float]) -> Iterator[Client]:
    with Client(BASE, KEY, sleep=waits.append) as client:
        yield client


@pytest.fixture
def service() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as service:
        yield service
