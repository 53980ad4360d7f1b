"""Bounds how often one client may search, so that one script cannot slow the site for a village.

Counts per minute in Django's cache: exact on Redis, per process on the local-memory default.
django-ratelimit does the same; it was left out because it refuses (a system check) any cache that
processes do not share, which our default without servers is, and has had no release since 2023.
"""

import ipaddress
import logging
import time
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.core.checks import Warning
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

WINDOW = 60
"""Seconds that are counted together."""


def bounded(scope: str, refuse: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """A view that a client may call ``settings.SEARCH_REQUESTS_PER_MINUTE[scope]`` times a minute.

    Beyond that ``refuse(request)`` answers, as 429 with ``Retry-After``. A bound of 0 is none.
    """

    def decorate(view):
        @wraps(view)
        def bounded_view(request, *args, **kwargs):
            wait = seconds_to_wait(request, scope)
            if not wait:
                return view(request, *args, **kwargs)
            response = refuse(request)
            response.status_code = 429
            response["Retry-After"] = str(wait)
            return response

        return bounded_view

    return decorate


def seconds_to_wait(request: HttpRequest, scope: str) -> int:
    """Counts this request; 0 if it may go on, else the seconds until the next one may."""
    bound = settings.SEARCH_REQUESTS_PER_MINUTE.get(scope, 0)
    address = client_address(request)
    if not (bound and address):
        return 0
    now = time.time()
    key = f"search.throttle.{scope}.{int(now // WINDOW)}.{_hidden(address)}"
    try:
        cache.add(key, 0, 2 * WINDOW)
        used = cache.incr(key)
    except ValueError:
        # The cache dropped the counter between the two calls.
        return 0
    except Exception:  # noqa: BLE001
        logger.warning("Searches are not counted: the cache does not answer.", exc_info=True)
        return 0
    return 0 if used <= bound else WINDOW - int(now % WINDOW)


def client_address(request: HttpRequest) -> str:
    """The address of who asks; of IPv6 the network, for a household has a whole one.

    ``X-Forwarded-For`` is believed only as far as ``settings.TRUSTED_PROXIES`` (their number)
    wrote it: what stands further left is what the client says of itself. Empty where nobody can
    tell: with no such proxy, what comes from this machine comes from one that was not counted,
    and all residents would share its address.
    """
    address = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXIES
    if not (proxies or address):
        return ""
    if proxies:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= proxies:
            address = hops[-proxies].strip() or address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if not proxies and parsed.is_loopback:
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def proxies_are_counted(app_configs, **kwargs) -> list[Warning]:
    """A deployment check: without the number of proxies searches may go unbounded."""
    if settings.TRUSTED_PROXIES or not any(settings.SEARCH_REQUESTS_PER_MINUTE.values()):
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is 0: behind a proxy on this machine searches are not bounded.",
            hint="Set it to the number of proxies in front of the site (1 for one nginx), and let "
            "each add to X-Forwarded-For. Bind to no loopback address if there is none.",
            id="search.W001",
        )
    ]


def _hidden(address: str) -> str:
    """Cache servers may be looked into: no address of a resident stands in them."""
    return salted_hmac("search.throttle", address).hexdigest()[:24]
