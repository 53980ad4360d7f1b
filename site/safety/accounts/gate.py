"""The gate: who showed a password but not yet the second factor is nobody, everywhere.

Views are not listed: until the code is shown, `request.user` is anonymous for all of them, and
`request.half_signed_in` says who it will be. It grants nothing.
"""

from functools import partial

from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from . import known_browsers, second_factor, sessions

LOG_IN_VIEWS = {"wagtailadmin_login", "wagtailcore_login"}
LOG_OUT_VIEW = "wagtailadmin_logout"
# Asked by an open editor every few seconds, whether anybody sits before it or not.
UNATTENDED_NAMESPACES = {"wagtailadmin_editing_sessions"}


class SecondFactorMiddleware:
    """Stands after AuthenticationMiddleware and django-otp's, before whatever asks for the user."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = SimpleLazyObject(partial(_signed_in, request, request.user))
        request.auser = sync_to_async(lambda: request.user)
        response = self.get_response(request)
        known_browsers.remember(request, response)
        match = request.resolver_match
        if match is None or match.namespace not in UNATTENDED_NAMESPACES:
            sessions.note_use(request.session)
        return response

    def process_view(self, request, view, args, kwargs):
        """Whoever is half signed in and sent to sign in goes on to the second step.

        A link signs nobody out: Wagtail's view refuses it and takes the cookie away all the same.
        """
        if request.resolver_match.view_name == LOG_OUT_VIEW and request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if request.method != "GET" or request.resolver_match.view_name not in LOG_IN_VIEWS:
            return None
        if half_signed_in(request) is None:
            return None
        address = reverse("accounts:second_factor")
        following = request.GET.get("next")
        return redirect(f"{address}?{urlencode({'next': following})}" if following else address)


def half_signed_in(request):
    """Who gave their password and still has to show a code, or None."""
    if request.user.is_authenticated:
        return None
    return getattr(request, "half_signed_in", None)


def _signed_in(request, user):
    if not user.is_authenticated or user.is_verified():
        return user
    if not second_factor.must_be_shown_by(user):
        return user
    request.half_signed_in = user
    return AnonymousUser()
