"""Requests to the editor of a line."""

from typing import Any

from django.test import Client

from datasets.models import Dataset
from tests.datasets.files import line

GOOD = line("Fixed?").decode()


def url(dataset: Dataset, number: int, verb: str = "") -> str:
    return f"/t/lab/datasets/{dataset.pk}/lines/{number}/{verb}"


def save(client: Client, dataset: Dataset, number: int, text: str, **form: str) -> Any:
    return client.post(url(dataset, number, "save/"), {"text": text} | form)
