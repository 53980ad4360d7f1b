"""As in production, with the sample content shown and without TLS: what `visit.py` serves."""

import os

os.environ.setdefault("SECRET_KEY", "benchmark-only-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ.setdefault("ALLOWED_HOSTS", "localhost")
os.environ.setdefault("PUBLIC_BASE_URL", "https://localhost")

from config.settings.production import *  # noqa: E402, F403

CUNYUE_SAMPLE = True
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
STATIC_ROOT = os.environ["VISIT_STATIC_ROOT"]
BUNDLE_ROOT = f"{STATIC_ROOT}-bundles"
