"""Addresses of datasets."""

from django.urls import path

from datasets.views import dismissing, examples, files, lists, overlap, pages, removals, uploads

urlpatterns = [
    path("t/<slug:team>/datasets/", lists.datasets, name="datasets"),
    path("t/<slug:team>/datasets/new/", uploads.dataset_new, name="dataset_new"),
    path("t/<slug:team>/datasets/new/next/", uploads.dataset_next, name="dataset_next"),
    path("t/<slug:team>/datasets/<int:pk>/", pages.dataset, name="dataset"),
    path("t/<slug:team>/datasets/<int:pk>/progress/", pages.dataset_progress, name="dataset_progress"),
    path("t/<slug:team>/datasets/<int:pk>/download/", files.dataset_download, name="dataset_download"),
    path("t/<slug:team>/datasets/<int:pk>/report/", files.dataset_report, name="dataset_report"),
    path("t/<slug:team>/datasets/<int:pk>/delete/", removals.dataset_delete, name="dataset_delete"),
    path("t/<slug:team>/datasets/<int:pk>/insight/", pages.dataset_insight, name="dataset_insight"),
    path("t/<slug:team>/datasets/<int:pk>/examples/", examples.dataset_examples, name="dataset_examples"),
    path("t/<slug:team>/datasets/<int:pk>/overlap/", overlap.dataset_overlap, name="dataset_overlap"),
    path("t/<slug:team>/datasets/<int:pk>/dismiss/<slug:code>/", dismissing.dataset_dismiss, name="dataset_dismiss"),
    path(
        "t/<slug:team>/datasets/<int:pk>/dismiss/<slug:code>/undo/",
        dismissing.dataset_undismiss,
        name="dataset_undismiss",
    ),
]
