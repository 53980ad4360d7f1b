"""How pages travel: compressed, and asked for again at each visit.

The rules, in one place. Pages, and the files, lists and archives made of them, may be kept by the
reader's own browser only, and are asked for anew each time (`private, no-cache` with an ETag): what
is withdrawn is gone at the next contact, and what is unchanged costs a few bytes. Pages vary by
cookie, which carries the reader's choice of letters, colours and language. Static files are named
by their content in production and kept for long. A view that knows better sets Cache-Control itself
and is left alone.
"""

from django.conf import settings
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

COMPRESSIBLE = (
    "text/",
    "application/json",
    "application/javascript",
    "application/manifest+json",
    "application/xml",
    "application/atom+xml",
    "application/geo+json",
    "application/ld+json",
    "image/svg+xml",
)


class TextGZipMiddleware(GZipMiddleware):
    """Compresses text. Pictures, Word files and archives are small already."""

    def process_response(self, request, response):
        if not response.get("Content-Type", "").startswith(COMPRESSIBLE):
            return response
        return super().process_response(request, response)


class PageCacheMiddleware:
    """Cache-Control for every answer that sets none of its own, static files aside."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "Cache-Control" not in response and not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "private, no-cache"
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response
