"""Settings for Wagtail's own page-search suites; used in a process of its own."""

import tempfile
from pathlib import Path

from wagtail.test.settings import *  # noqa: F403
from wagtail.test.settings import INSTALLED_APPS
from wagtail.test.settings import WAGTAILSEARCH_BACKENDS as THEIR_BACKENDS

SCRATCH = Path(tempfile.mkdtemp(prefix="contract-"))

INSTALLED_APPS = [*INSTALLED_APPS, "search"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
WAGTAILSEARCH_BACKENDS = {
    name: {"BACKEND": "search.backend", "PATH": str(SCRATCH / name)} for name in THEIR_BACKENDS
}
