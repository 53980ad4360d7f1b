"""Security headers of every answer, and those that depend on the address.

The middleware stands first, so that errors raised by any other one carry them, too. The policies
themselves stand in the settings. Whoever sets one of the headers in a view is left alone.
"""

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.urls import reverse


class SecurityHeadersMiddleware(CSPMiddleware):
    """The strict policy for public pages, Wagtail's looser one below the admin's address only."""

    def process_response(self, request, response):
        response = super().process_response(request, response)
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        response.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        response.setdefault(
            "Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY
        )
        response.setdefault("Cross-Origin-Resource-Policy", settings.CROSS_ORIGIN_RESOURCE_POLICY)
        response.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    def get_policy_parts(self, request, response, report_only=False):
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(reverse("wagtailadmin_home")):
            parts.config = settings.ADMIN_CONTENT_SECURITY_POLICY
        return parts
