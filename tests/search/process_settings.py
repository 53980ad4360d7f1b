"""Settings of the processes that test_processes starts: small, with a database on disk."""

import os
from pathlib import Path

from modelsearch.test.settings import *  # noqa: F403
from modelsearch.test.settings import INSTALLED_APPS

SCRATCH = Path(os.environ["SEARCH_TEST_SCRATCH"])

INSTALLED_APPS = [*INSTALLED_APPS, "search"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(SCRATCH / "db.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL;",
        },
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MODELSEARCH_BACKENDS = {
    "default": {"BACKEND": "search.backend", "PATH": str(SCRATCH / "index")},
}
