"""Pages of jobs: the board, the form, a job's own page, and what can be done to a job."""
