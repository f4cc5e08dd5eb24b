"""The three models of the service's guide with their hyper-parameters: range, default, as the guide states them."""

from django.db import migrations

MODELS = [("qwen-turbo", False), ("qwen-7b-chat", True), ("qwen-72b-chat", True)]
HYPER_PARAMETERS = [
    {"name": "n_epochs", "kind": "integer", "minimum": 1, "maximum": 10, "default": "1"},
    {"name": "batch_size", "kind": "choice", "choices": [2, 4], "default": "2"},
    {"name": "learning_rate", "kind": "number", "minimum": 0, "excludes_minimum": True, "default": "2e-5"},
]


def add(apps, schema_editor):
    base_models = apps.get_model("jobs", "BaseModel")
    hyper_parameters = apps.get_model("jobs", "HyperParameter")
    for order, (name, is_open) in enumerate(MODELS):
        base_model = base_models.objects.create(name=name, is_open=is_open, order=order)
        for place, values in enumerate(HYPER_PARAMETERS):
            hyper_parameters.objects.create(base_model=base_model, order=place, **values)


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
