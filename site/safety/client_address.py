"""Whose address a request comes from: the one answer for every bound, lock and list of sessions."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


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
