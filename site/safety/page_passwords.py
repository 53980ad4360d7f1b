"""The address to which readers send the password of a page."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.models import Page, PageViewRestriction
from wagtail.views import authenticate_with_password

from .rate_limits import bounded


@bounded("page_password", methods={"POST"})
def authenticate(request, page_view_restriction_id, page_id):
    """Stands before Wagtail's view of the same address.

    That one asks for a password for whatever two numbers there are, which tells of drafts and of
    restrictions of other kinds, and lets passwords be tried without end.
    """
    restriction = get_object_or_404(
        PageViewRestriction.objects.select_related("page"),
        pk=page_view_restriction_id,
        restriction_type=PageViewRestriction.PASSWORD,
    )
    page = get_object_or_404(Page, pk=page_id, live=True)
    if not page.path.startswith(restriction.page.path):
        raise Http404
    return authenticate_with_password(request, restriction.pk, page.pk)
