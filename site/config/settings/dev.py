"""Development: debug on, sample content shown. Refuses nothing; never serve the public with it."""

from .base import *  # noqa: F403
from .base import DATA_DIR, INSTALLED_APPS, env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="development-only-" + "0" * 40)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CUNYUE_SAMPLE = True
# The sample accounts sign in with their password; set it to try the second factor.
TWO_FACTOR_REQUIRED = env.bool("TWO_FACTOR_REQUIRED", default=False)
# `runserver` leaves static files to the addresses of the site, so that they come compressed as in
# production.
INSTALLED_APPS.insert(0, "whitenoise.runserver_nostatic")

DATA_DIR.mkdir(parents=True, exist_ok=True)
