"""The HTTP client of Alibaba Cloud's fine-tuning service (DashScope). Knows nothing of Django.

Start at `Client`; `errors` draws the tree of what can go wrong.
"""

from jobs.dashscope.client import Client
from jobs.dashscope.errors import (
    AccountTrouble,
    DashScopeError,
    KeyRefused,
    MoneyTrouble,
    NotFound,
    NotNow,
    QuotaFull,
    Refused,
    ServiceDown,
    TooFast,
    UnknownOutcome,
    Unreachable,
    UnsupportedState,
    UploadRefused,
)
from jobs.dashscope.types import (
    Deployment,
    DeploymentList,
    FileList,
    FineTune,
    FineTuneList,
    Logs,
    RemoteFile,
    UploadedFile,
)

__all__ = [
    "AccountTrouble",
    "Client",
    "DashScopeError",
    "Deployment",
    "DeploymentList",
    "FileList",
    "FineTune",
    "FineTuneList",
    "KeyRefused",
    "Logs",
    "MoneyTrouble",
    "NotFound",
    "NotNow",
    "QuotaFull",
    "Refused",
    "RemoteFile",
    "ServiceDown",
    "TooFast",
    "UnknownOutcome",
    "Unreachable",
    "UnsupportedState",
    "UploadRefused",
    "UploadedFile",
]
