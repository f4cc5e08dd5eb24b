"""Addresses of datasets."""

from django.urls import path

from datasets.views import (
    archive,
    comparisons,
    conversions,
    dismissing,
    edits,
    examples,
    files,
    fixing,
    lists,
    overlap,
    pages,
    removals,
    slices,
    splits,
    uploads,
    wholes,
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
    path("t/<slug:team>/datasets/<int:pk>/archive/", archive.dataset_archive, name="dataset_archive"),
    path("t/<slug:team>/datasets/<int:pk>/unarchive/", archive.dataset_unarchive, name="dataset_unarchive"),
    path("t/<slug:team>/datasets/<int:pk>/split/", splits.dataset_split, name="dataset_split"),
    path("t/<slug:team>/datasets/splits/<int:split>/", splits.dataset_parts, name="dataset_parts"),
    path("t/<slug:team>/datasets/<int:pk>/insight/", pages.dataset_insight, name="dataset_insight"),
    path("t/<slug:team>/datasets/<int:pk>/examples/", examples.dataset_examples, name="dataset_examples"),
    path("t/<slug:team>/datasets/<int:pk>/overlap/", overlap.dataset_overlap, name="dataset_overlap"),
    path("t/<slug:team>/datasets/<int:pk>/dismiss/<slug:code>/", dismissing.dataset_dismiss, name="dataset_dismiss"),
    path(
        "t/<slug:team>/datasets/<int:pk>/dismiss/<slug:code>/undo/",
        dismissing.dataset_undismiss,
        name="dataset_undismiss",
    ),
    path("t/<slug:team>/datasets/<int:pk>/fixes/", fixing.dataset_fixes, name="dataset_fixes"),
    path("t/<slug:team>/datasets/<int:pk>/fixes/apply/", fixing.dataset_fix, name="dataset_fix"),
    path("t/<slug:team>/datasets/fixing/<int:fixing>/", fixing.dataset_fixing, name="dataset_fixing"),
    path("t/<slug:team>/datasets/<int:pk>/compare/", comparisons.dataset_compare, name="dataset_compare"),
    path("t/<slug:team>/datasets/<int:pk>/dropped/", fixing.dataset_aside, name="dataset_aside"),
    path("t/<slug:team>/datasets/<int:pk>/restore/", edits.dataset_restore, name="dataset_restore"),
    path("t/<slug:team>/datasets/<int:pk>/lines/<int:number>/", edits.dataset_line, name="dataset_line"),
    path("t/<slug:team>/datasets/<int:pk>/lines/<int:number>/save/", edits.dataset_line_save, name="dataset_line_save"),
    path(
        "t/<slug:team>/datasets/<int:pk>/lines/<int:number>/judge/", edits.dataset_line_judge, name="dataset_line_judge"
    ),
    path(
        "t/<slug:team>/datasets/<int:pk>/lines/<int:number>/text/", wholes.dataset_line_text, name="dataset_line_text"
    ),
    path("t/<slug:team>/datasets/<int:pk>/lines/<int:number>/raw/", wholes.dataset_line_raw, name="dataset_line_raw"),
]
