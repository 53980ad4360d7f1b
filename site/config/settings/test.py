"""Tests: a database and an index of their own in a temporary folder; fast password hashing."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import DATABASES, STORAGES, env

DEBUG = False
PUBLIC_BASE_URL = "http://testserver"
SECRET_KEY = "test-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
CUNYUE_SAMPLE = True

_scratch = Path(tempfile.mkdtemp(prefix="cunyue-test-"))
MEDIA_ROOT = _scratch / "media"
BUNDLE_ROOT = _scratch / "bundles"
PRIVATE_ROOT = _scratch / "private"
STORAGES["private"]["OPTIONS"]["location"] = PRIVATE_ROOT
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "search.backend", "PATH": str(_scratch / "index")},
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["NAME"] = str(_scratch / "unused.sqlite3")
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA secure_delete=ON;"
    # A real file, so that browser tests and threads share one database as in life.
    # TEST_DATABASE_FILE with pytest's --reuse-db takes up a migrated one and saves ten seconds.
    DATABASES["default"]["TEST"] = {
        "NAME": env("TEST_DATABASE_FILE", default=str(_scratch / "test.sqlite3"))
    }
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# All tests ask from one address.
RATE_LIMITS = {}
TWO_FACTOR_REQUIRED = False
DATA_DIR = _scratch
COMPARISON_COUNTS_KEPT = 0
