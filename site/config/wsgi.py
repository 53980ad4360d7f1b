"""WSGI entry point; run as `gunicorn --pythonpath site config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

_django = get_wsgi_application()


def application(environ, start_response):
    """Leave out the encoding that a body claims: all of ours is UTF-8.

    Django reads an address by the encoding of the body, before any middleware, and fails by some
    that Python knows.
    """
    kind, *parameters = environ.get("CONTENT_TYPE", "").split(";")
    kept = [one for one in parameters if not one.strip().lower().startswith("charset")]
    return _django({**environ, "CONTENT_TYPE": ";".join([kind, *kept])}, start_response)
