"""Bounds how often one client may ask for what is dear, so that one script cannot slow the site.

`settings.RATE_LIMITS` maps a scope to (requests, seconds). Counts stand in Django's cache: exact on
Redis, per process on the local-memory default (n workers allow up to n times as many).
django-ratelimit does the same; it was left out because it refuses (a system check) any cache that
processes do not share, which our default without servers is, and has had no release since 2023.
"""

import logging
import time
from collections.abc import Callable, Collection
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.core.checks import Warning
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

from .client_address import client_address

logger = logging.getLogger(__name__)


def too_many(request: HttpRequest) -> HttpResponse:
    """The page that asks to wait, where a view has none of its own."""
    response = render(request, "429.html")
    response["X-Robots-Tag"] = "noindex"
    return response


def bounded(
    scope: str,
    refuse: Callable[[HttpRequest], HttpResponse] = too_many,
    *,
    methods: Collection[str] = (),
) -> Callable:
    """A view that one client may call as often as ``settings.RATE_LIMITS[scope]`` says.

    Beyond that ``refuse(request)`` answers, as 429 with ``Retry-After``. With ``methods`` only
    these are counted and refused: ``bounded("request", methods={"POST"})`` lets a form be looked
    at. A bound of 0, or none, is no bound.
    """

    def decorate(view):
        @wraps(view)
        def bounded_view(request, *args, **kwargs):
            if methods and request.method not in methods:
                return view(request, *args, **kwargs)
            wait = seconds_to_wait(scope, client_address(request))
            return refused(request, wait, refuse) if wait else view(request, *args, **kwargs)

        return bounded_view

    return decorate


def refused(request: HttpRequest, wait: int, refuse=too_many) -> HttpResponse:
    """The answer of ``refuse`` as 429 that says how many seconds to wait."""
    response = refuse(request)
    response.status_code = 429
    response["Retry-After"] = str(wait)
    return response


def seconds_to_wait(scope: str, who: str) -> int:
    """Counts once for ``who`` (an address, a user); 0 if it may go on, else seconds until it may.

    Nobody (an empty ``who``) is not bounded.
    """
    bound, window = settings.RATE_LIMITS.get(scope, (0, 60))
    if not (bound and who):
        return 0
    now = time.time()
    key = f"safety.rate.{scope}.{int(now // window)}.{_hidden(who)}"
    try:
        cache.add(key, 0, 2 * window)
        used = cache.incr(key)
    except ValueError:
        # The cache dropped the counter between the two calls.
        return 0
    except Exception:  # noqa: BLE001
        logger.warning("Requests are not counted: the cache does not answer.", exc_info=True)
        return 0
    return 0 if used <= bound else window - int(now % window)


class UploadLimitMiddleware:
    """Bounds how many requests with files one user may send, whichever screen takes them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if request.method != "POST" or not request.user.is_authenticated or not request.FILES:
            return None
        wait = seconds_to_wait("upload", f"user {request.user.pk}")
        return refused(request, wait) if wait else None


def proxies_are_counted(app_configs, **kwargs) -> list[Warning]:
    """A deployment check: without the number of proxies nothing is bounded by client."""
    if settings.TRUSTED_PROXIES or not any(bound for bound, _ in settings.RATE_LIMITS.values()):
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is 0: behind a proxy on this machine no client is bounded, neither "
            "in searching nor in trying passwords.",
            hint="Set it to the number of proxies in front of the site (1 for one nginx), and let "
            "each add to X-Forwarded-For. Bind to no loopback address if there is none.",
            id="safety.W001",
        )
    ]


def _hidden(who: str) -> str:
    """Cache servers may be looked into: no address of a resident stands in them."""
    return salted_hmac("safety.rate_limits", who).hexdigest()[:24]
