"""How often somebody may try passwords: django-axes, with the bounds this site needs.

Locked is a pair of user name and client, or a client; never a name by itself, or anybody could
lock out a clerk. Where a whole office shares one address, a browser that signed in as this user
before (`known_browsers`) is let try all the same.
"""

import datetime
import ipaddress

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db.models import Max, Sum
from django.shortcuts import render
from django.utils import timezone

from safety.client_address import client_address


class AttemptsHandler(AxesDatabaseHandler):
    """Axes' own, which locks user and client together, with a second bound for the client alone."""

    def is_locked(self, request, credentials=None):
        return super().is_locked(request, credentials) or _client_is_locked(request)


def address_of(request) -> str | None:
    """The client's address in the form of axes' column; None where nobody can tell it."""
    address = client_address(request).partition("/")[0]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


def locked_out(request, original_response=None, credentials=None):
    """The answer to who tried too often: until when, and who can help."""
    until = _locked_until(request, credentials or {})
    response = render(request, "safety/accounts/locked.html", {"until": until}, status=429)
    seconds = int((until - timezone.now()).total_seconds())
    response["Retry-After"] = str(max(seconds, 1))
    return response


def unlock(username: str) -> int:
    """Forget the failed attempts for a user name, from wherever; returns how many there were."""
    attempts = AccessAttempt.objects.filter(username=username)
    failures = attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
    attempts.delete()
    return failures


def forget_old() -> int:
    """Delete what was noted more than `SIGN_IN_LOG_DAYS` ago; returns how many rows."""
    before = timezone.now() - datetime.timedelta(days=settings.SIGN_IN_LOG_DAYS)
    return sum(
        model.objects.filter(attempt_time__lt=before).delete()[0]
        for model in (AccessAttempt, AccessFailureLog, AccessLog)
    )


def _client_is_locked(request) -> bool:
    address = request.axes_ip_address
    if address is None:
        return False
    found = _recent().filter(ip_address=address).aggregate(total=Sum("failures_since_start"))
    return (found["total"] or 0) >= settings.SIGN_IN_FAILURES_PER_CLIENT


def _locked_until(request, credentials) -> datetime.datetime:
    """When the last failure that counts was long enough ago."""
    attempts = _recent().filter(ip_address=address_of(request))
    if not _client_is_locked(request):
        attempts = attempts.filter(username=credentials.get("username"))
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    return last + settings.AXES_COOLOFF_TIME


def _recent():
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    return AccessAttempt.objects.filter(attempt_time__gte=since)
