"""Addresses of the board and of jobs."""

from django.urls import path

from jobs.views import actions, board, costs, creating, detail, queueing

urlpatterns = [
    path("t/<slug:team>/", board.board, name="board"),
    path("t/<slug:team>/jobs/accounts/<int:account_id>/retry/", actions.retry, name="account_retry"),
    path("t/<slug:team>/jobs/new/", creating.new_job, name="new_job"),
    path("t/<slug:team>/jobs/new/estimate/", creating.job_estimate, name="job_estimate"),
    path("t/<slug:team>/jobs/costs/<int:dataset_id>/", costs.dataset_costs, name="dataset_costs"),
    path("t/<slug:team>/jobs/<int:job_id>/", detail.job, name="job"),
    path("t/<slug:team>/jobs/<int:job_id>/log/", detail.log_tail, name="job_log_tail"),
    path("t/<slug:team>/jobs/<int:job_id>/log.txt", detail.log_file, name="job_log"),
    path("t/<slug:team>/jobs/<int:job_id>/row/", board.job_row, name="job_row"),
    path("t/<slug:team>/jobs/<int:job_id>/cancel/", actions.cancel, name="job_cancel"),
    path("t/<slug:team>/jobs/<int:job_id>/move/", queueing.move, name="job_move"),
    path("t/<slug:team>/jobs/<int:job_id>/hold/", queueing.hold, name="job_hold"),
    path("t/<slug:team>/jobs/<int:job_id>/release/", queueing.release, name="job_release"),
    path("t/<slug:team>/jobs/<int:job_id>/put-back/", queueing.put_back, name="job_put_back"),
    path("t/<slug:team>/jobs/<int:job_id>/free/", actions.free, name="job_free"),
    path("t/<slug:team>/jobs/<int:job_id>/rerun/", actions.rerun, name="job_rerun"),
]
