"""Settings for modelsearch's own contract suite; used in a process of its own."""

import tempfile
from pathlib import Path

import modelsearch_rows
from modelsearch.test.settings import *  # noqa: F403
from modelsearch.test.settings import INSTALLED_APPS

SCRATCH = Path(tempfile.mkdtemp(prefix="contract-"))

INSTALLED_APPS = [*INSTALLED_APPS, "search"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
FIXTURE_DIRS = [SCRATCH]
MODELSEARCH_BACKENDS = {
    "default": {"BACKEND": "search.backend", "PATH": str(SCRATCH / "index")},
}

modelsearch_rows.write_fixture(SCRATCH)
