"""The tables of jobs: what can be trained (`catalog`), jobs (`job`), and the sync loop's memory (`memory`)."""

from jobs.models.catalog import BaseModel, HyperParameter
from jobs.models.job import Job, JobEvent, LogLine, StaleJob
from jobs.models.memory import AccountSync, ProviderFile, ProviderJob

__all__ = [
    "AccountSync",
    "BaseModel",
    "HyperParameter",
    "Job",
    "JobEvent",
    "LogLine",
    "ProviderFile",
    "ProviderJob",
    "StaleJob",
]
