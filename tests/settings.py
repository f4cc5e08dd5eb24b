"""The portal's settings, with a data folder of the test process's own and nothing that costs time in each test."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data_dir = tempfile.mkdtemp(prefix="portal-test-")
_owner = os.getpid()


@atexit.register
def _remove_data_dir() -> None:
    if os.getpid() == _owner:  # a forked child must not take the folder away from its parent
        shutil.rmtree(_data_dir, ignore_errors=True)


os.environ["PORTAL_DATA_DIR"] = _data_dir
if "REDIS_URL" in os.environ:  # `make test REDIS_URL=…`: for the tests that ask for a server, not for all
    os.environ["TEST_REDIS_URL"] = os.environ.pop("REDIS_URL")
for name in ("DASHSCOPE_API_KEY", "DASHSCOPE_BASE_URL", "PORTAL_SANDBOX_URL"):
    os.environ.pop(name, None)

from finetune_portal.settings import *  # noqa: E402, F403
from finetune_portal.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and programs of a test share it as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_data_dir) / "test.sqlite3")}
else:
    # A name of the run's own: two runs on one server would take each other's tables away.
    DATABASES["default"]["TEST"] = {"NAME": Path(_data_dir).name.replace("-", "_")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True  # there is no collected folder to look for
CELERY_BROKER_URL = "memory://"
