"""Refuses to go into production without the guard at the admin's door."""

from django.conf import settings
from django.core.checks import Error

GUARD = "editorial.guard.DraftGuard"


def guard_is_installed(app_configs, **kwargs):
    if GUARD in settings.MIDDLEWARE:
        return []
    return [
        Error(
            f"{GUARD} is missing from MIDDLEWARE: editors could read their neighbours' drafts.",
            hint="Put it after MessageMiddleware.",
            id="editorial.E001",
        )
    ]
