"""Base models and their hyper-parameters are data that an administrator of the site changes."""

from __future__ import annotations

import pytest
from django.test import Client

from jobs.models import BaseModel, HyperParameter
from teams.models import User


@pytest.fixture
def site_admin(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_models_and_their_hyper_parameters_can_be_changed(site_admin: Client) -> None:
    model = BaseModel.objects.get(name="qwen-turbo")
    page = site_admin.get(f"/admin/jobs/basemodel/{model.pk}/change/")

    assert page.status_code == 200
    assert b"learning_rate" in page.content


def test_a_new_model_is_offered_at_once(site_admin: Client) -> None:
    none = {f"hyper_parameters-{part}_FORMS": 0 for part in ("TOTAL", "INITIAL")}
    values = {"name": "qwen3-14b", "order": 4, "is_active": "on", "training_types": "[]", "currency": "¥"}
    answer = site_admin.post("/admin/jobs/basemodel/add/", values | none)

    assert answer.status_code == 302
    assert BaseModel.objects.filter(name="qwen3-14b", is_active=True).exists()
    assert not HyperParameter.objects.filter(base_model__name="qwen3-14b").exists()
