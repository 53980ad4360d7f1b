"""Addresses below a page of the tree that are no pages: they show only what the page would show."""

from django.conf import settings
from django.http import Http404, HttpResponse
from wagtail import hooks
from wagtail.models import Page
from wagtail.views import serve


def page_above(request, path: str, word: str):
    """The live page at `path`; None where there is none, or a page below it is called `word`."""
    page = Page.find_for_request(request, path)
    if page is None or page.get_children().live().filter(slug=word).exists():
        return None
    return page.specific


def some_other_page(request) -> HttpResponse:
    """A page of the tree may have an address that looks like one of ours."""
    request.__dict__.pop("_wagtail_route_for_request", None)
    return serve(request, request.path_info.lstrip("/"))


def answered_as_page(page, request, answer) -> HttpResponse:
    """`answer(page, request, args, kwargs)`, behind every check that stands before the page itself.

    These are the checks of `wagtail.views.serve` and of `PublicPage.serve`.
    """
    if page.is_sample and not settings.CUNYUE_SAMPLE:
        raise Http404
    for wrap in reversed(hooks.get_hooks("on_serve_page")):
        answer = wrap(answer)
    for check in hooks.get_hooks("before_serve_page"):
        refused = check(page, request, [], {})
        if isinstance(refused, HttpResponse):
            return refused
    return answer(page, request, [], {})
