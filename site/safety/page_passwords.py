"""The addresses to which readers send the password of a page, or of a collection of documents."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from wagtail.documents.views import serve
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction
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


@bounded("page_password", methods={"POST"})
def authenticate_for_documents(request, restriction_id):
    """The same for documents that stand in a collection with a password."""
    kind = CollectionViewRestriction.PASSWORD
    get_object_or_404(CollectionViewRestriction, pk=restriction_id, restriction_type=kind)
    return serve.authenticate_with_password(request, restriction_id)
