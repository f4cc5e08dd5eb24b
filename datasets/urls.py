"""Addresses of datasets."""

from django.urls import path

from datasets.views import (
    conversions,
    dismissing,
    examples,
    files,
    lists,
    overlap,
    pages,
    removals,
    slices,
    uploads,
)

urlpatterns = [
    path("t/<slug:team>/datasets/", lists.datasets, name="datasets"),
    path("t/<slug:team>/datasets/new/", uploads.dataset_new, name="dataset_new"),
    path("t/<slug:team>/datasets/new/next/", uploads.dataset_next, name="dataset_next"),
    path("t/<slug:team>/datasets/new/paste/", uploads.dataset_paste, name="dataset_paste"),
    path("t/<slug:team>/datasets/samples/<slug:name>/", files.dataset_sample, name="dataset_sample"),
    path("t/<slug:team>/datasets/<int:pk>/convert/", conversions.dataset_convert, name="dataset_convert"),
    path("t/<slug:team>/datasets/conversions/<int:pk>/", conversions.dataset_conversion, name="dataset_conversion"),
    path("t/<slug:team>/datasets/uploads/", slices.dataset_uploads, name="dataset_uploads"),
    path("t/<slug:team>/datasets/uploads/<slug:pk>/", slices.dataset_upload, name="dataset_upload"),
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
