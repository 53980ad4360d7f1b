"""Warns of settings that leave the door open in production."""

from django.conf import settings
from django.core.checks import Error, Warning

GATE = "safety.accounts.gate.SecondFactorMiddleware"


def second_factor_is_required(app_configs, **kwargs):
    """A deployment check: reviewers and administrators need more than a password."""
    found = []
    if GATE not in settings.MIDDLEWARE:
        found.append(
            Error(
                f"{GATE} is missing from MIDDLEWARE: a password alone opens the admin.",
                hint="Put it after django_otp.middleware.OTPMiddleware.",
                id="safety.E001",
            )
        )
    if not settings.TWO_FACTOR_REQUIRED:
        found.append(
            Warning(
                "TWO_FACTOR_REQUIRED is off: a password alone is enough to publish.",
                hint="Remove it from the environment; it is meant for sample sites.",
                id="safety.W002",
            )
        )
    return found
