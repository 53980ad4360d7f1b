"""The site's own address. It comes from the settings, never from what a request calls its host."""

from django.conf import settings


def site_address(request) -> dict[str, str]:
    """Context processor: `site_address`, to stand before a path where a page tells its address."""
    return {"site_address": settings.PUBLIC_BASE_URL}
