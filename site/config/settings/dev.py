"""Development: debug on, sample content shown. Refuses nothing; never serve the public with it."""

from .base import *  # noqa: F403
from .base import DATA_DIR, env

DEBUG = env.bool("DEBUG", default=True)
SECRET_KEY = env("SECRET_KEY", default="development-only-" + "0" * 40)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CUNYUE_SAMPLE = True

DATA_DIR.mkdir(parents=True, exist_ok=True)
