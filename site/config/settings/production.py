"""Production: everything from the environment; missing or unsafe values stop the start."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ALLOWED_HOSTS, MIDDLEWARE, PUBLIC_BASE_URL, STORAGES, env

DEBUG = False
CUNYUE_SAMPLE = False


def _require(condition, message):
    if not condition:
        raise ImproperlyConfigured(message)


SECRET_KEY = env("SECRET_KEY", default="")
_require(
    len(SECRET_KEY) >= 50 and len(set(SECRET_KEY)) >= 10 and "django-insecure" not in SECRET_KEY,
    "SECRET_KEY must be set to at least 50 random characters.",
)
_require(not env.bool("DEBUG", default=False), "DEBUG must not be on in production.")
_require(ALLOWED_HOSTS, "ALLOWED_HOSTS must list the host names of the site, separated by commas.")
_require("*" not in ALLOWED_HOSTS, "ALLOWED_HOSTS must not contain '*'.")
_require(env("DATA_DIR", default=""), "DATA_DIR must name the folder of database, media and index.")
_require(
    env("PUBLIC_BASE_URL", default="") and urlsplit(PUBLIC_BASE_URL).scheme == "https",
    "PUBLIC_BASE_URL must be the site's https:// address.",
)

CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
# A neighbour below the same domain may have no certificate; the browsers' own list forgets slowly.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
MIDDLEWARE.insert(2, "whitenoise.middleware.WhiteNoiseMiddleware")
STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
